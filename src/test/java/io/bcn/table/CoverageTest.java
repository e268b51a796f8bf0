package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestWriter;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files a filter covers, in manifests that Iceberg itself wrote. */
class CoverageTest {
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "region", Types.StringType.get()),
          Types.NestedField.optional(3, "at", Types.TimestampType.withZone()),
          Types.NestedField.optional(4, "day", Types.DateType.get()),
          Types.NestedField.optional(5, "amount", Types.DecimalType.of(9, 2)),
          Types.NestedField.optional(
              6,
              "place",
              Types.StructType.of(Types.NestedField.optional(7, "city", Types.StringType.get()))));

  @ParameterizedTest(name = "{0} of region={1}: {2}")
  @CsvSource({
    "region = 'eu', eu, true",
    "region = 'eu', us, false",
    "region = 'eu', , false",
    "region <> 'eu', us, true",
    "region <> 'eu', , false",
    "NOT region = 'eu', , false",
    "region < 'm', eu, true",
    "region < 'm', , false",
    "region IS NULL, , true",
    "region IS NULL OR region = 'eu', , true",
    "region IS NOT NULL, eu, true",
    "region IS NOT NULL, , false",
    "'region IN (''eu'', ''us'')', us, true",
    "'region NOT IN (''eu'', ''us'')', us, false",
    "'region NOT IN (''eu'', ''us'')', , false",
    "region LIKE 'e%', eu, true",
    "region NOT LIKE 'e%', us, true",
    "region NOT LIKE 'e%', , false",
    "REGION = 'eu', eu, true",
  })
  void identityAnswersEveryFilterOfItsColumn(String filter, String region, boolean covered) {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("region").build();

    assertThat(covers(filter, spec, region)).isEqualTo(covered);
  }

  @ParameterizedTest(name = "{0} of {1}: {2}")
  @CsvSource({
    "at >= TIMESTAMP'2026-01-02 00:00:00', 2026-01-02, true",
    "at >= DATE'2026-01-02', 2026-01-02, true",
    "at >= TIMESTAMP'2026-01-02T02:00:00+02:00', 2026-01-02, true",
    "at >= DATE'2026-01-02', 2026-01-01, false",
    "at < DATE'2026-01-02', 2026-01-01, true",
    "at < DATE'2026-01-02', 2026-01-02, false",
    "at < DATE'2026-01-02', , false",
    "at BETWEEN DATE'2026-01-02' AND TIMESTAMP'2026-01-02 12:00:00', 2026-01-03, false",
  })
  void daysAnswerBoundsAtMidnightUtc(String filter, String day, boolean covered) {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).day("at").build();

    assertThat(covers(filter, spec, day)).isEqualTo(covered);
  }

  @Test
  void aBoundWithinADayIsRefusedWhereAFileIsOfThatDay() {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).day("at").build();
    String noon = "at >= TIMESTAMP'2026-01-02 12:00:00'";

    assertThat(covers(noon, spec, "2026-01-03")).isTrue();
    assertThat(covers(noon, spec, "2026-01-01")).isFalse();
    assertUndecided(
        noon,
        spec,
        "2026-01-02",
        "of partition spec 0 (at_day: day), partition {at_day=20455}, may hold rows that match and rows that do not: the filter's bounds lie within a partition");
  }

  @Test
  void truncateAnswersBoundsOfItsWidth() {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).truncate("region", 2).build();

    assertThat(covers("region LIKE 'eu%'", spec, "eu")).isTrue();
    assertThat(covers("region LIKE 'eu%'", spec, "us")).isFalse();
    assertThat(covers("region >= 'f'", spec, "us")).isTrue();
    assertUndecided("region = 'europe'", spec, "eu", "the filter's bounds lie within a partition");
  }

  @Test
  void aBucketAnswersWhatItDoesNotHold() {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).bucket("id", 4).build();
    int bucketOfSeven = Transforms.<Long>bucket(4).bind(Types.LongType.get()).apply(7L);

    assertThat(covers("id = 7", spec, String.valueOf((bucketOfSeven + 1) % 4))).isFalse();
    assertThat(covers("id IS NOT NULL", spec, "1")).isTrue();
    assertUndecided(
        "id = 7",
        spec,
        String.valueOf(bucketOfSeven),
        "the filter's bounds lie within a partition");
  }

  @Test
  void decimalsDatesAndNestedColumnsAreCompared() {
    PartitionSpec amount = PartitionSpec.builderFor(SCHEMA).identity("amount").build();
    assertThat(covers("amount > 1.5", amount, "1.51")).isTrue();
    assertThat(covers("amount > 1.5", amount, "1.50")).isFalse();
    PartitionSpec day = PartitionSpec.builderFor(SCHEMA).identity("day").build();
    assertThat(covers("day >= '2026-01-01'", day, "2026-01-01")).isTrue();
    PartitionSpec city = PartitionSpec.builderFor(SCHEMA).identity("place.city").build();
    assertThat(covers("place.city = 'Rome'", city, "Rome")).isTrue();
    assertThat(covers("place.city = 'Rome'", city, "Oslo")).isFalse();
  }

  @Test
  void aColumnOutsideThePartitionsIsRefusedByName() {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("region").build();

    assertThat(covers("region = 'eu' AND day > DATE'2026-01-01'", spec, "us")).isFalse();
    assertUndecided(
        "region = 'eu' AND day > DATE'2026-01-01'",
        spec,
        "eu",
        "partition spec 0 (region: identity), partition {region=eu}, may hold rows that match and rows that do not: the spec has no partition field for column 'day'");
    assertUndecided(
        "region = 'eu'",
        PartitionSpec.unpartitioned(),
        "",
        "partition spec 0 (unpartitioned), partition {}, may hold rows that match and rows that do not: the spec has no partition field for column 'region'");
  }

  @Test
  void aFieldThatWasDroppedInVersion1SaysNothing() {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).alwaysNull("region").build();

    assertUndecided(
        "region IS NULL", spec, null, "the spec has no partition field for column 'region'");
    assertUndecided(
        "region = 'eu'", spec, null, "the spec has no partition field for column 'region'");
  }

  @Test
  void deleteFilesFollowTheirPartitionsAndEqualityDeletesWithoutOneAreAlwaysCovered()
      throws IOException {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("region").build();
    Coverage coverage = Coverage.of(RowFilter.parse("region = 'eu'"), file(metadata(spec, 2)));
    Coverage unpartitioned =
        Coverage.of(
            RowFilter.parse("region = 'eu'"), file(metadata(PartitionSpec.unpartitioned(), 2)));

    assertThat(
            live(coverage, deleteManifest(spec, deletes(spec, "eu").ofEqualityDeletes(1).build())))
        .hasSize(1);
    assertThat(
            live(coverage, deleteManifest(spec, deletes(spec, "us").ofEqualityDeletes(1).build())))
        .isEmpty();
    assertThat(
            live(coverage, deleteManifest(spec, deletes(spec, "eu").ofPositionDeletes().build())))
        .hasSize(1);
    assertThat(
            live(coverage, deleteManifest(spec, deletes(spec, "us").ofPositionDeletes().build())))
        .isEmpty();
    PartitionSpec none = PartitionSpec.unpartitioned();
    DeleteFile global = deletes(none).ofEqualityDeletes(1).build();
    assertThat(live(unpartitioned, deleteManifest(none, global))).hasSize(1);
    assertThatThrownBy(
            () ->
                live(
                    unpartitioned, deleteManifest(none, deletes(none).ofPositionDeletes().build())))
        .hasMessageContaining("may hold rows that match and rows that do not");
  }

  private static FileMetadata.Builder deletes(PartitionSpec spec, String region) {
    return deletes(spec).withPartitionPath("region=" + region);
  }

  private static FileMetadata.Builder deletes(PartitionSpec spec) {
    return FileMetadata.deleteFileBuilder(spec)
        .withPath("/t/d")
        .withFormat("parquet")
        .withFileSizeInBytes(10)
        .withRecordCount(1);
  }

  private static byte[] deleteManifest(PartitionSpec spec, DeleteFile file) throws IOException {
    InMemoryOutputFile out = new InMemoryOutputFile("m.avro");
    ManifestWriter<DeleteFile> writer = ManifestFiles.writeDeleteManifest(2, spec, out, 1L);
    try (writer) {
      writer.add(file);
    }
    return out.toByteArray();
  }

  @Test
  void aRenamedColumnIsStillTheOneOfOldPartitions() throws IOException {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("region").build();
    Schema renamed =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "area", Types.StringType.get()));
    TableMetadata now = metadata(spec, 2).updateSchema(renamed);
    byte[] manifest = manifest(now.spec(), "eu");

    for (String filter : List.of("region = 'eu'", "area = 'eu'")) {
      assertThat(live(Coverage.of(RowFilter.parse(filter), file(now)), manifest)).hasSize(1);
    }
  }

  @Test
  void aFilterThatDoesNotFitTheTableIsRefused() {
    TableMetadata table = metadata(PartitionSpec.unpartitioned(), 2);

    assertUnusable("nowhere = 1", table, "the table has no column 'nowhere'");
    assertUnusable("place = 'x'", table, "the table has no column 'place'");
    assertUnusable("id = 1.5", table, "column 'id' is of type long, and 1.5 is no value of it");
    assertUnusable(
        "day = DATE'2026-02-30'",
        table,
        "column 'day' is of type date, and DATE'2026-02-30' is no value of it");
    assertUnusable(
        "amount = 1.555",
        table,
        "column 'amount' is of type decimal(9, 2), and 1.555 is no value of it");
    assertUnusable(
        "region = 1", table, "column 'region' is of type string, and 1 is no value of it");
  }

  @Test
  void noPartOfAVersion3TableIsBackedUp() {
    TableMetadata table = metadata(PartitionSpec.unpartitioned(), 3);

    assertThatThrownBy(() -> Coverage.of(RowFilter.parse("id = 1"), file(table)))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessage(
            "Cannot back up a part of table '/t': format version 3 numbers the rows of a table through all files");
  }

  @Test
  void aRelocatedManifestHasTheCoveredEntriesAndSaysHowMany() throws IOException {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("region").build();
    Coverage coverage = Coverage.of(RowFilter.parse("region = 'eu'"), file(metadata(spec, 2)));
    byte[] manifest = manifest(spec, "eu", "us", "eu");
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    ManifestEntries.relocateCovered(
        manifest,
        out,
        "m.avro",
        coverage,
        new LocationMapping(List.of(new LocationMapping.Root("/t", "/n")), "/n/ext"),
        new TargetDeletes(null));

    assertThat(live(Coverage.WHOLE, out.toByteArray())).containsExactly("/n/0", "/n/2");
    AvroFile read =
        AvroFile.open("manifest", "m.avro", new ByteArrayInputStream(out.toByteArray()));
    assertThat(read.header(ManifestCounts.HEADER)).contains("0 2 0 0 40 0");
    assertThat(read.header("partition-spec-id")).contains("0");
    List<GenericRecord> entries = new ArrayList<>();
    while (read.hasNext()) {
      entries.add(read.next());
    }
    assertThat(entries)
        .allSatisfy(entry -> assertThat(entry.get("sequence_number")).isNull())
        .allSatisfy(entry -> assertThat(entry.get("status")).isEqualTo(1));
  }

  @Test
  void metadataOfAPartSaysSoAndCountsNothingOfTheWhole() throws IOException {
    ObjectNode root =
        (ObjectNode)
            JsonMapper.builder()
                .build()
                .readTree(
                    """
                    {"properties":{"a":"b"},"statistics":[{}],"partition-statistics":[{}],
                     "snapshots":[{"summary":{"operation":"append","total-records":"9","added-data-files":"1",
                       "changed-partition-count":"2","spark.app.id":"x"}},{}]}
                    """);
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("region").build();
    Coverage coverage = Coverage.of(RowFilter.parse("region='eu'"), file(metadata(spec, 2)));

    coverage.mark(root);

    assertThat(root)
        .hasToString(
            "{\"properties\":{\"a\":\"b\",\"bcn.coverage\":\"region = 'eu'\"},\"snapshots\":[{\"summary\":{\"operation\":\"append\",\"spark.app.id\":\"x\"}},{}]}");
    coverage.mark(root);
    assertThat(root.at("/properties/bcn.coverage").asText()).isEqualTo("region = 'eu'");
    Coverage.of(RowFilter.parse("id > 1"), file(metadata(spec, 2))).mark(root);
    assertThat(root.at("/properties/bcn.coverage").asText())
        .isEqualTo("(region = 'eu') AND (id > 1)");
  }

  private static void assertUndecided(
      String filter, PartitionSpec spec, String partition, String reason) {
    assertThatThrownBy(() -> covers(filter, spec, partition))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageStartingWith("Cannot back up rows where " + filter + ": file '/t/0' of")
        .hasMessageContaining(reason);
  }

  private static void assertUnusable(String filter, TableMetadata table, String reason) {
    assertThatThrownBy(() -> Coverage.of(RowFilter.parse(filter), file(table)))
        .hasMessage("Cannot use the filter of the backup: " + reason);
  }

  /** Null stands for the null partition. */
  private static boolean covers(String filter, PartitionSpec spec, String partition) {
    try {
      Coverage coverage = Coverage.of(RowFilter.parse(filter), file(metadata(spec, 2)));
      return !live(coverage, manifest(spec, partition)).isEmpty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> live(Coverage coverage, byte[] manifest) throws IOException {
    List<String> locations = new ArrayList<>();
    Consumer<LiveFile> action = file -> locations.add(file.location());
    ManifestEntries.forEachLive(new ByteArrayInputStream(manifest), "m.avro", coverage, action);
    return locations;
  }

  private static TableMetadata metadata(PartitionSpec spec, int version) {
    return TableMetadata.newTableMetadata(
        SCHEMA, spec, "/t", Map.of("format-version", String.valueOf(version)));
  }

  private static MetadataFile file(TableMetadata metadata) {
    return MetadataFile.parse(
        "v1.metadata.json", TableMetadataParser.toJson(metadata).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] manifest(PartitionSpec spec, String... partitions) throws IOException {
    InMemoryOutputFile out = new InMemoryOutputFile("m.avro");
    ManifestWriter<DataFile> writer = ManifestFiles.write(2, spec, out, 1L);
    try (writer) {
      for (int i = 0; i < partitions.length; i++) {
        DataFiles.Builder file =
            DataFiles.builder(spec)
                .withPath("/t/" + i)
                .withFormat("parquet")
                .withFileSizeInBytes(10)
                .withRecordCount(20);
        writer.add(
            spec.isUnpartitioned()
                ? file.build()
                : file.withPartitionValues(java.util.Arrays.asList(partitions[i])).build());
      }
    }
    return out.toByteArray();
  }
}
