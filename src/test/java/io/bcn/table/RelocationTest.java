package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.FileKind;
import io.bcn.table.RelocatedFiles.Moved;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.GenericBlobMetadata;
import org.apache.iceberg.GenericStatisticsFile;
import org.apache.iceberg.PartitionStatsHandler;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.puffin.Blob;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole tables of Iceberg's own making, relocated, their source moved away, read again snapshot by
 * snapshot.
 */
class RelocationTest {
  private static final String ODD_TARGET = "new place $1 + (copy)/t";

  @TempDir private Path folder;
  private final FileIO io = new HadoopFileIO(new Configuration());
  private Path source;
  private Path target;

  @BeforeEach
  void placeFolders() {
    source = folder.resolve("warehouse/db/t");
    target = folder.resolve(ODD_TARGET);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void tablesWithoutDeletesReadTheSameInAnotherPlace(int formatVersion) throws IOException {
    SourceTable table = SourceTable.create(source, formatVersion, FileFormat.PARQUET, Map.of());
    DataFile first = table.data("a", 1, 10);
    table.table().newAppend().appendFile(first).appendFile(table.data("b", 11, 20)).commit();
    table
        .table()
        .manageSnapshots()
        .createTag("start", table.table().currentSnapshot().snapshotId())
        .commit();
    table.table().newDelete().deleteFile(first).commit();
    table.table().newFastAppend().appendFile(table.data("a", 21, 30)).toBranch("side").commit();
    table.table().rewriteManifests().clusterBy(file -> "all").commit();

    RelocatedFiles files = relocateAndLoseTheSource(table);

    assertThat(files.of(FileKind.DATA)).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(names = {"PARQUET", "ORC", "AVRO"})
  void positionAndEqualityDeletesKeepDeletingInAnotherPlace(FileFormat format) throws IOException {
    SourceTable table =
        SourceTable.create(source, 2, format, Map.of("commit.manifest-merge.enabled", "false"));
    DataFile one = table.data("a", 1, 10);
    DataFile two = table.data("a", 11, 20);
    table.table().newAppend().appendFile(one).appendFile(two).commit();
    DeleteFile onTwoFiles =
        table.positionDeletes(
            format, "a", Map.of(one, new long[] {0, 3, 7}, two, new long[] {1, 2}));
    DeleteFile onOneFile = table.positionDeletes(format, "a", Map.of(two, new long[] {9}));
    table.table().newRowDelta().addDeletes(onTwoFiles).addDeletes(onOneFile).commit();
    table.table().newRowDelta().addDeletes(table.equalityDeletes(format, "a", 5, 15)).commit();

    RelocatedFiles files = relocateAndLoseTheSource(table);

    assertThat(currentIds(files))
        .containsExactlyInAnyOrder(2L, 3L, 6L, 7L, 9L, 10L, 11L, 14L, 16L, 17L, 18L, 19L);
    assertThat(files.of(FileKind.POSITION_DELETES)).hasSize(2);
    assertThat(files.of(FileKind.EQUALITY_DELETES)).hasSize(1);
  }

  @Test
  void manyDeletionVectorsInOnePuffinFileFindTheirDataFilesAgain() throws IOException {
    SourceTable table = SourceTable.create(source, 3, FileFormat.PARQUET, Map.of());
    DataFile one = table.data("a", 1, 10);
    DataFile two = table.data("a", 11, 20);
    DataFile three = table.data("a", 21, 30);
    table.table().newAppend().appendFile(one).appendFile(two).appendFile(three).commit();
    RowDelta delta = table.table().newRowDelta();
    table
        .deletionVectors(
            "a", Map.of(one, new long[] {0}, two, new long[] {1, 2, 3}, three, new long[] {8, 9}))
        .forEach(delta::addDeletes);
    delta.commit();

    RelocatedFiles files = relocateAndLoseTheSource(table);

    assertThat(currentIds(files)).hasSize(24).doesNotContain(1L, 12L, 13L, 14L, 29L, 30L);
    assertThat(files.of(FileKind.DELETION_VECTORS)).hasSize(1);
  }

  @Test
  void manifestsEmbeddedInVersion1MetadataMoveToo() throws IOException {
    SourceTable table = SourceTable.create(source, 1, FileFormat.PARQUET, Map.of());
    table.table().newFastAppend().appendFile(table.data("a", 1, 10)).commit();
    table.table().newFastAppend().appendFile(table.data("b", 11, 20)).commit();
    String embedded = table.withEmbeddedManifests();

    RelocatedFiles files = relocateAndLoseTheSource(embedded);

    assertThat(files.of(FileKind.MANIFEST_LIST)).isEmpty();
    assertThat(files.of(FileKind.MANIFEST)).hasSize(2);
    assertThat(currentIds(files)).hasSize(20);
  }

  @Test
  void aTableUpgradedToVersion3KeepsItsPositionDeletesBesideVectors() throws IOException {
    SourceTable table = SourceTable.create(source, 2, FileFormat.PARQUET, Map.of());
    DataFile one = table.data("a", 1, 10);
    table.table().newAppend().appendFile(one).commit();
    table
        .table()
        .newRowDelta()
        .addDeletes(table.positionDeletes(FileFormat.PARQUET, "a", Map.of(one, new long[] {4})))
        .commit();
    table.table().updateProperties().set("format-version", "3").commit();
    DataFile two = table.data("a", 11, 20);
    table.table().newAppend().appendFile(two).commit();
    RowDelta delta = table.table().newRowDelta();
    table.deletionVectors("a", Map.of(two, new long[] {0, 5})).forEach(delta::addDeletes);
    delta.commit();

    RelocatedFiles files = relocateAndLoseTheSource(table);

    assertThat(files.of(FileKind.POSITION_DELETES)).hasSize(1);
    assertThat(files.of(FileKind.DELETION_VECTORS)).hasSize(1);
  }

  @Test
  void deleteFilesThatExpiryRemovedAreNeverOpened() throws IOException {
    SourceTable table = SourceTable.create(source, 2, FileFormat.PARQUET, Map.of());
    DataFile one = table.data("a", 1, 10);
    table.table().newAppend().appendFile(one).commit();
    DeleteFile deletes =
        table.positionDeletes(FileFormat.PARQUET, "a", Map.of(one, new long[] {4}));
    table.table().newRowDelta().addDeletes(deletes).commit();
    DataFile compacted = table.data("a", 1, 9);
    long seen = table.table().currentSnapshot().snapshotId();
    table
        .table()
        .newRewrite()
        .validateFromSnapshot(seen)
        .deleteFile(one)
        .deleteFile(deletes)
        .addFile(compacted)
        .commit();
    table.table().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    io.deleteFile(deletes.location());
    io.deleteFile(one.location());

    RelocatedFiles files = relocateAndLoseTheSource(table);

    assertThat(files.of(FileKind.POSITION_DELETES)).isEmpty();
    assertThat(files.of(FileKind.DATA)).hasSize(1);
  }

  @Test
  void statisticsAndFilesInOtherFoldersMoveToo() throws IOException {
    Path elsewhere = folder.resolve("data disk/t");
    SourceTable table =
        SourceTable.create(
            source,
            2,
            FileFormat.PARQUET,
            Map.of(
                "write.data.path",
                elsewhere.toString(),
                "write.metadata.compression-codec",
                "gzip"));
    DataFile stranger =
        table.data(folder.resolve("imported/a%20b=c/part-0.parquet").toString(), "a", 1, 5);
    DataFile own = table.data("a", 6, 10);
    table.table().newAppend().appendFile(stranger).appendFile(own).commit();
    table
        .table()
        .newRowDelta()
        .addDeletes(
            table.positionDeletes(
                FileFormat.PARQUET, "a", Map.of(stranger, new long[] {0}, own, new long[] {1})))
        .commit();
    addStatistics(table);

    RelocatedFiles files = relocateAndLoseTheSource(table);

    assertThat(files.of(FileKind.STATISTICS)).hasSize(1);
    assertThat(files.of(FileKind.PARTITION_STATISTICS)).hasSize(1);
    assertThat(files.of(FileKind.DATA))
        .extracting(Moved::target)
        .anyMatch(location -> location.matches(".*/external/[0-9a-f]{12}-part-0\\.parquet"))
        .anyMatch(location -> location.contains("/root1/part=x/"));
  }

  private RelocatedFiles relocateAndLoseTheSource(SourceTable table) throws IOException {
    return relocateAndLoseTheSource(table.metadataLocation());
  }

  private RelocatedFiles relocateAndLoseTheSource(String metadataLocation) throws IOException {
    Map<Long, List<String>> before = SourceTable.rowsBySnapshot(io, metadataLocation);
    MetadataFile metadata = MetadataFile.parse(metadataLocation, bytes(metadataLocation));
    LocationMapping mapping = mapping(metadata);
    String targetMetadata =
        target
            + "/metadata/00000-restored"
            + (metadataLocation.contains(".gz.") ? ".gz" : "")
            + ".metadata.json";

    RelocatedFiles files =
        RelocatedFiles.relocate(
            io,
            metadataLocation,
            Relocation.of(mapping).withUuid(UUID.randomUUID()).keepingLog(location -> false),
            targetMetadata);
    RelocatedAvro.assertOnlyAllowedFieldsDiffer(io, files);
    loseTheSource();

    assertThat(SourceTable.rowsBySnapshot(io, targetMetadata)).isEqualTo(before);
    assertNothingMentionsTheSource(files);
    RelocatedAvro.assertEveryRecordedLengthIsPhysical(io, files);
    return files;
  }

  private List<Long> currentIds(RelocatedFiles files) {
    return SourceTable.currentIds(io, files.of(FileKind.METADATA).get(0).target());
  }

  private LocationMapping mapping(MetadataFile metadata) {
    List<String> roots = metadata.roots();
    List<LocationMapping.Root> moves = new ArrayList<>();
    for (int i = 0; i < roots.size(); i++) {
      moves.add(
          new LocationMapping.Root(
              roots.get(i), i == 0 ? target.toString() : target + "/root" + i));
    }
    return new LocationMapping(moves, target + "/external");
  }

  private void addStatistics(SourceTable table) throws IOException {
    Table iceberg = table.table();
    long snapshotId = iceberg.currentSnapshot().snapshotId();
    long sequence = iceberg.currentSnapshot().sequenceNumber();
    String location = iceberg.location() + "/metadata/sketches.stats";
    PuffinWriter writer = Puffin.write(io.newOutputFile(location)).createdBy("a test").build();
    try (writer) {
      writer.write(
          new Blob(
              "apache-datasketches-theta-v1",
              List.of(1),
              snapshotId,
              sequence,
              StandardCharsets.UTF_8.encode("x")));
    }
    iceberg
        .updateStatistics()
        .setStatistics(
            new GenericStatisticsFile(
                snapshotId,
                location,
                writer.fileSize(),
                writer.footerSize(),
                writer.writtenBlobsMetadata().stream().map(GenericBlobMetadata::from).toList()))
        .commit();
    iceberg
        .updatePartitionStatistics()
        .setPartitionStatistics(PartitionStatsHandler.computeAndWriteStatsFile(iceberg))
        .commit();
  }

  private void loseTheSource() throws IOException {
    Files.createDirectories(folder.resolve("lost"));
    for (String part : List.of("warehouse", "data disk", "imported")) {
      if (Files.exists(folder.resolve(part))) {
        Files.move(folder.resolve(part), folder.resolve("lost").resolve(part));
      }
    }
  }

  private void assertNothingMentionsTheSource(RelocatedFiles files) throws IOException {
    for (Moved file : files.all()) {
      for (String part : List.of("warehouse", "data disk", "imported")) {
        String gone = folder.resolve(part).toString();
        assertThat(RelocatedAvro.decoded(io.newInputFile(file.target()), file))
            .as(file.target())
            .doesNotContain(gone);
        assertThat(new String(bytes(file.target()), StandardCharsets.ISO_8859_1))
            .as(file.target())
            .doesNotContain(gone);
      }
    }
  }

  private byte[] bytes(String location) throws IOException {
    InputFile file = io.newInputFile(location);
    try (InputStream in = file.newStream()) {
      return in.readAllBytes();
    }
  }
}
