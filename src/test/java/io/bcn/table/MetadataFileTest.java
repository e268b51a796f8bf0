package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.table.LocationMapping.Root;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataFileTest {
  private static final String LOCATION = "s3://b/t/metadata/v2.metadata.json";
  private static final String TARGET = "/n/metadata/v1.metadata.json";

  private static final String V2 =
      """
      {"format-version":2,"table-uuid":"9c12d441-03fe-4693-9a96-a0705ddf69c1","location":"s3://b/t",
       "last-sequence-number":34,"last-updated-ms":1602638573590,"last-column-id":3,"current-schema-id":1,
       "schemas":[{"type":"struct","schema-id":0,"fields":[]},
         {"type":"struct","schema-id":1,"fields":[{"id":1,"name":"x","required":true,"type":"double",
           "initial-default":1.10,"write-default":123456789012345678901234567890.5}]}],
       "default-spec-id":0,"partition-specs":[{"spec-id":0,"fields":[]}],"last-partition-id":1000,
       "default-sort-order-id":0,"sort-orders":[{"order-id":0,"fields":[]}],
       "properties":{"write.data.path":"s3://b/t-data","view-sql":"select * from 's3a://b/t/x'","owner":"anna",
         "write.metadata.path":"s3://b/t/metadata"},
       "current-snapshot-id":3055729675574597004,
       "refs":{"main":{"snapshot-id":3055729675574597004,"type":"branch"}},
       "snapshots":[
         {"snapshot-id":3051729675574597004,"timestamp-ms":1515100955770,"sequence-number":0,
          "summary":{"operation":"append"},"manifest-list":"s3://b/t/metadata/snap-1.avro"},
         {"snapshot-id":3055729675574597004,"parent-snapshot-id":3051729675574597004,"timestamp-ms":1555100955770,
          "sequence-number":1,"summary":{"operation":"append"},"manifest-list":"s3a://b/t/metadata/snap-2.avro",
          "schema-id":1,"from-the-future":{"deep":[1,null,"s3://b/t"]}}],
       "statistics":[{"snapshot-id":1,"statistics-path":"s3://b/t/metadata/s.puffin","file-size-in-bytes":413,
         "file-footer-size-in-bytes":42,"blob-metadata":[{"type":"ndv","snapshot-id":1,"sequence-number":1,"fields":[1]}]}],
       "partition-statistics":[{"snapshot-id":1,"statistics-path":"s3://b/t/metadata/p.parquet","file-size-in-bytes":43}],
       "snapshot-log":[],
       "metadata-log":[{"timestamp-ms":1,"metadata-file":"s3://b/t/metadata/v0.metadata.json"},
         {"timestamp-ms":2,"metadata-file":"s3://b/t/metadata/v1.metadata.json"}],
       "unknown-field":"s3://b/t stays"}
      """;

  private static final String V1 =
      """
      {"format-version":1,"location":"/w/t","last-updated-ms":1602638573874,"last-column-id":3,
       "schema":{"type":"struct","fields":[{"id":1,"name":"x","required":true,"type":"long"}]},
       "partition-spec":[{"name":"x","transform":"identity","source-id":1,"field-id":1000}],
       "properties":{},"current-snapshot-id":1,
       "snapshots":[{"snapshot-id":1,"timestamp-ms":1515100955770,
         "manifests":["/w/t/metadata/m0.avro","file:/w/t/metadata/m1.avro"]}]}
      """;

  private static final LocationMapping MAPPING =
      new LocationMapping(
          List.of(
              new Root("s3://b/t", "/n"),
              new Root("s3://b/t-data", "/n/data"),
              new Root("/w/t", "/n")),
          "/n/ext");

  @Test
  void version2SaysAllThatItHolds() {
    MetadataFile file = parse(V2);

    assertThat(file.fileLocation()).isEqualTo(LOCATION);
    assertThat(file.formatVersion()).isEqualTo(2);
    assertThat(file.uuid()).contains("9c12d441-03fe-4693-9a96-a0705ddf69c1");
    assertThat(file.location()).isEqualTo("s3://b/t");
    assertThat(file.lastUpdatedMillis()).isEqualTo(1602638573590L);
    assertThat(file.schemas()).hasSize(2);
    assertThat(file.currentSchemaId()).isEqualTo(1);
    assertThat(file.partitionSpecs()).hasSize(1);
    assertThat(file.sortOrders()).hasSize(1);
    assertThat(file.properties()).containsEntry("owner", "anna").hasSize(4);
    assertThat(file.refs().path("main").path("snapshot-id").asLong())
        .isEqualTo(3055729675574597004L);
    assertThat(file.snapshotIds()).containsExactly(3051729675574597004L, 3055729675574597004L);
    assertThat(file.currentSnapshotId()).hasValue(3055729675574597004L);
    assertThat(file.encrypted()).isFalse();
    assertThat(file.roots()).containsExactly("s3://b/t", "s3://b/t-data", "s3://b/t/metadata");
    assertThat(file.propertiesThatMention(MAPPING)).containsExactly("view-sql");
  }

  @Test
  void referencesAreAllFilesThatTheMetadataNamesWithTheLengthsItKnows() {
    assertThat(parse(V2).references())
        .containsExactly(
            new Reference("s3://b/t/metadata/v0.metadata.json", FileKind.METADATA_LOG, -1),
            new Reference("s3://b/t/metadata/v1.metadata.json", FileKind.METADATA_LOG, -1),
            new Reference("s3://b/t/metadata/snap-1.avro", FileKind.MANIFEST_LIST, -1),
            new Reference("s3a://b/t/metadata/snap-2.avro", FileKind.MANIFEST_LIST, -1),
            new Reference("s3://b/t/metadata/s.puffin", FileKind.STATISTICS, 413),
            new Reference("s3://b/t/metadata/p.parquet", FileKind.PARTITION_STATISTICS, 43));
  }

  @Test
  void version1HasOneSchemaNoRefsAndManifestsOfItsOwn() {
    MetadataFile file = parse(V1);

    assertThat(file.uuid()).isEmpty();
    assertThat(file.schemas()).hasSize(1);
    assertThat(file.currentSchemaId()).isZero();
    assertThat(file.partitionSpecs().path(0).path("fields").path(0).path("name").asText())
        .isEqualTo("x");
    assertThat(file.refs().path("main").path("snapshot-id").asLong()).isEqualTo(1);
    assertThat(file.references())
        .containsExactly(
            new Reference("/w/t/metadata/m0.avro", FileKind.MANIFEST, -1),
            new Reference("file:/w/t/metadata/m1.avro", FileKind.MANIFEST, -1));
  }

  @ParameterizedTest
  @CsvSource({"-1", "null"})
  void aTableWithoutASnapshotHasNoneInEveryVersion(String none) {
    MetadataFile file =
        parse(
            "{\"format-version\":3,\"location\":\"/t\",\"last-updated-ms\":1,\"current-snapshot-id\":"
                + none
                + "}");

    assertThat(file.currentSnapshotId()).isEmpty();
    assertThat(file.refs()).isEmpty();
    assertThat(file.references()).isEmpty();
    assertThat(file.snapshotIds()).isEmpty();
  }

  @Test
  void aGzippedFileThatUnpacksWithoutEndIsDamage() throws IOException {
    byte[] spaces = zipped("{", ' ', 65);
    assertThat(spaces).hasSizeLessThan(2_000_000);
    assertDamaged(
        spaces, "it unpacks to more than 1,073,741,824 bytes, the most that is read as a whole");
    assertDamaged(zipped("{\"location\":\"", 'x', 9), "String value length (");
    assertDamaged(zipped("", '\0', 9), "Illegal character ((CTRL-CHAR, code 0))");
  }

  /** A start, and then as many times 16 MiB of one character. */
  private static byte[] zipped(String start, char each, int times) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(zipped(start.getBytes(StandardCharsets.US_ASCII)));
    byte[] many = zipped(String.valueOf(each).repeat(16 << 20).getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < times; i++) {
      bytes.writeBytes(many);
    }
    return bytes.toByteArray();
  }

  private static byte[] zipped(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static void assertDamaged(byte[] bytes, String reason) {
    assertThatThrownBy(() -> MetadataFile.parse(LOCATION, bytes))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
        .hasMessageStartingWith("Cannot read metadata file '%s': %s".formatted(LOCATION, reason));
  }

  @Test
  void relocationChangesThePathFieldsAndNothingElse() throws IOException {
    UUID uuid = UUID.fromString("00000000-0000-0000-0000-000000000001");
    byte[] bytes =
        parse(V2)
            .relocated(
                Relocation.of(MAPPING).withUuid(uuid).keepingLog(log -> log.contains("v1")),
                TARGET);

    String expected =
        V2.replace("9c12d441-03fe-4693-9a96-a0705ddf69c1", uuid.toString())
            .replace("\"location\":\"s3://b/t\"", "\"location\":\"/n\"")
            .replace("\"s3://b/t-data\"", "\"/n/data\"")
            .replace("\"s3://b/t/metadata\"", "\"/n/metadata\"")
            .replace("s3a://b/t/metadata/", "/n/metadata/")
            .replace(
                "{\"timestamp-ms\":1,\"metadata-file\":\"s3://b/t/metadata/v0.metadata.json\"},",
                "")
            .replace("s3://b/t/metadata/", "/n/metadata/");
    assertThat(tree(bytes)).isEqualTo(tree(expected.getBytes(StandardCharsets.UTF_8)));
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains(
            "1.10", "123456789012345678901234567890.5", "\"unknown-field\":\"s3://b/t stays\"");
  }

  @Test
  void relocationOfVersion1MovesItsManifestsAndInventsNoUuid() throws IOException {
    JsonNode tree = tree(parse(V1).relocated(Relocation.of(MAPPING), TARGET));

    assertThat(tree.path("snapshots").path(0).path("manifests").toString())
        .isEqualTo("[\"/n/metadata/m0.avro\",\"/n/metadata/m1.avro\"]");
    assertThat(tree.has("table-uuid")).isFalse();
  }

  @Test
  void propertiesThatTheTargetCannotHoldAreDropped() throws IOException {
    byte[] bytes =
        parse(V2)
            .relocated(
                Relocation.of(MAPPING).withoutProperties(Set.of("write.metadata.path")), TARGET);

    assertThat(tree(bytes).path("properties").has("write.metadata.path")).isFalse();
    assertThat(tree(bytes).path("properties").path("owner").asText()).isEqualTo("anna");
  }

  @Test
  void theIdentityChangesNothing() throws IOException {
    byte[] bytes = parse(V2).relocated(Relocation.of(LocationMapping.identity()), LOCATION);

    assertThat(tree(bytes)).isEqualTo(tree(V2.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({
    "/n/1.gz.metadata.json, true",
    "/n/v1.metadata.json.gz, true",
    "/n/v1.metadata.json, false"
  })
  void theNameOfTheTargetDecidesTheCodecAndTheBytesOfTheSource(String target, boolean gzip)
      throws IOException {
    byte[] bytes = MetadataFile.parse(LOCATION, gzip(V2)).relocated(Relocation.of(MAPPING), target);

    assertThat(bytes[0] == 0x1f).isEqualTo(gzip);
    assertThat(MetadataFile.parse(target, bytes).location()).isEqualTo("/n");
    if (gzip) {
      assertThat(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes())
          .startsWith('{');
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"key-id\":\"k\",\"snapshot-id\":1,\"manifest-list\":\"/m\"| \"x\":1| \"x\":\"y\"",
        "\"snapshot-id\":1,\"manifest-list\":\"/m\"| \"encryption-keys\":[{\"key-id\":\"k\"}]|"
            + " \"x\":\"y\"",
        "\"snapshot-id\":1,\"manifest-list\":\"/m\"| \"x\":1| \"encryption.key-id\":\"k\"",
      })
  void anEncryptedTableIsHeldButNotRelocated(String snapshot, String field, String property) {
    MetadataFile file =
        parse(
            "{\"format-version\":3,\"location\":\"/w/t\",\"last-updated-ms\":1,%s,\"properties\":{%s},\"snapshots\":[{%s}]}"
                .formatted(field, property, snapshot));

    assertThat(file.encrypted()).isTrue();
    assertThat(file.references()).hasSize(1);
    assertThatThrownBy(() -> file.relocated(Relocation.of(MAPPING), TARGET))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessage(
            "Cannot relocate table '/w/t': it is encrypted, and its manifests hold locations");
  }

  @Test
  void anUnknownFormatVersionIsRefused() {
    assertThatThrownBy(() -> parse(V2.replace("\"format-version\":2", "\"format-version\":4")))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessage(
            "Cannot read metadata file '%s': format version 4 is newer than 3, the newest that this version of BCN knows"
                .formatted(LOCATION));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|it is empty",
        "[1]|it holds no JSON object",
        "{}|it has no number 'format-version'",
        "{\"format-version\":\"2\"}|it has no number 'format-version'",
        "{\"format-version\":0}|format version 0 never was",
        "{\"format-version\":2}|it has no text 'location' where one must be",
        "{\"format-version\":2,\"location\":\"/t\"}|it has no number 'last-updated-ms'",
        "<html>|Unexpected character",
        "{} {}|Trailing token",
      })
  void whatIsNoMetadataFileIsDamaged(String text, String reason) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
        .hasMessageStartingWith("Cannot read metadata file '" + LOCATION + "': " + reason);
  }

  @Test
  void aSnapshotWithoutManifestsIsDamageAndNotAnEmptyTable() {
    MetadataFile file =
        parse(
            "{\"format-version\":2,\"location\":\"/t\",\"last-updated-ms\":1,\"snapshots\":[{\"snapshot-id\":7}]}");

    assertThatThrownBy(file::references)
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot read metadata file '%s': snapshot 7 names no manifests".formatted(LOCATION));
  }

  @Test
  void everyTruncationIsDamage() throws IOException {
    for (byte[] whole : List.of(V2.strip().getBytes(StandardCharsets.UTF_8), gzip(V2))) {
      for (int length = 0; length < whole.length; length += 7) {
        byte[] part = java.util.Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> MetadataFile.parse(LOCATION, part))
            .isInstanceOfSatisfying(
                BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
            .hasMessageStartingWith("Cannot read metadata file '" + LOCATION + "': ");
      }
    }
  }

  @Test
  void theSchemaAloneNamesNoFileAndHasNoSnapshot() {
    for (String json : List.of(V1, V2)) {
      MetadataFile whole = parse(json);

      MetadataFile limited = MetadataFile.parse(LOCATION, whole.limitedTo(new Extent.SchemaOnly()));

      assertThat(limited.references()).isEmpty();
      assertThat(limited.snapshotIds()).isEmpty();
      assertThat(limited.currentSnapshotId()).isEmpty();
      assertThat(limited.refs()).isEmpty();
      assertThat(limited.schemas()).isEqualTo(whole.schemas());
      assertThat(limited.partitionSpecs()).isEqualTo(whole.partitionSpecs());
      assertThat(limited.properties()).isEqualTo(whole.properties());
    }
  }

  private static MetadataFile parse(String text) {
    return MetadataFile.parse(LOCATION, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static JsonNode tree(byte[] bytes) throws IOException {
    return new ObjectMapper().readTree(bytes);
  }
}
