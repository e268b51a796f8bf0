package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DeleteSchemaUtil;
import org.apache.iceberg.puffin.BlobMetadata;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinReader;

/** The files that one table reaches, found through Iceberg's API and looked at as bytes. */
final class FilesOfTable {
  private final Table table;
  private final Map<String, String> texts = new LinkedHashMap<>();

  private FilesOfTable(Table table) {
    this.table = table;
  }

  /**
   * Every reached file exists, is as long as is recorded, lies below the table's own location, and
   * holds nothing that names the gone root, decoded or raw; deletion vectors lie where they are
   * said to. Files of the table's folder that it does not reach are a failure too.
   */
  static void assertWhole(Table table, Path goneRoot) {
    FilesOfTable files = new FilesOfTable(table);
    try {
      files.reachAll();
      files.assertNowhere(goneRoot.toString());
      files.assertNothingElse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void reachAll() throws IOException {
    TableMetadata metadata = ((BaseTable) table).operations().current();
    reach(metadata.metadataFileLocation(), Files.size(path(metadata.metadataFileLocation())));
    for (TableMetadata.MetadataLogEntry entry : metadata.previousFiles()) {
      reach(entry.file(), Files.size(path(entry.file())));
    }
    for (StatisticsFile file : table.statisticsFiles()) {
      reach(file.path(), file.fileSizeInBytes());
    }
    for (PartitionStatisticsFile file : table.partitionStatisticsFiles()) {
      reach(file.path(), file.fileSizeInBytes());
    }
    for (Snapshot snapshot : table.snapshots()) {
      if (snapshot.manifestListLocation() != null) {
        Path list = path(snapshot.manifestListLocation());
        reach(snapshot.manifestListLocation(), Files.size(list));
      }
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        if (reach(manifest.path(), manifest.length())) {
          reachContent(manifest);
        }
      }
    }
  }

  private void reachContent(ManifestFile manifest) throws IOException {
    try (ManifestReader<? extends ContentFile<?>> entries =
        manifest.content() == ManifestContent.DELETES
            ? ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())
            : ManifestFiles.read(manifest, table.io(), table.specs())) {
      for (ContentFile<?> file : entries) {
        reach(file.location(), file.fileSizeInBytes());
        if (file instanceof DeleteFile delete && file.content() == FileContent.POSITION_DELETES) {
          look(delete);
        }
      }
    }
  }

  /** Whether the file is met for the first time. */
  private boolean reach(String location, long lengthBytes) throws IOException {
    assertThat(location).startsWith(table.location() + "/");
    assertThat(path(location)).exists().hasSize(lengthBytes);
    if (texts.containsKey(location)) {
      return false;
    }
    texts.put(location, decoded(path(location)));
    return true;
  }

  private void look(DeleteFile delete) throws IOException {
    if (delete.format() != FileFormat.PUFFIN) {
      texts.merge(delete.location(), rows(delete), String::concat);
      return;
    }
    try (PuffinReader reader = Puffin.read(table.io().newInputFile(delete.location())).build()) {
      for (BlobMetadata blob : reader.fileMetadata().blobs()) {
        texts.merge(delete.location(), blob.properties().toString(), String::concat);
      }
      assertThat(reader.fileMetadata().blobs())
          .filteredOn(blob -> blob.offset() == delete.contentOffset())
          .singleElement()
          .satisfies(
              blob -> {
                assertThat(blob.length()).isEqualTo(delete.contentSizeInBytes());
                assertThat(blob.properties().get("referenced-data-file"))
                    .isEqualTo(delete.referencedDataFile());
              });
    }
    assertThat(path(delete.referencedDataFile())).exists();
  }

  private String rows(DeleteFile delete) throws IOException {
    StringBuilder text = new StringBuilder();
    try (CloseableIterable<Record> rows =
        FormatModelRegistry.<Record, Object>readBuilder(
                delete.format(), Record.class, table.io().newInputFile(delete.location()))
            .project(DeleteSchemaUtil.pathPosSchema())
            .build()) {
      rows.forEach(text::append);
    }
    return text.toString();
  }

  private void assertNowhere(String root) {
    assertThat(
            texts.entrySet().stream()
                .filter(file -> file.getValue().contains(root))
                .map(Map.Entry::getKey))
        .as("files that mention %s", root)
        .isEmpty();
  }

  private void assertNothingElse() throws IOException {
    try (Stream<Path> files = Files.walk(path(table.location()))) {
      Set<String> there =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.getFileName().toString().endsWith(".crc"))
              .map(Path::toString)
              .collect(Collectors.toSet());
      assertThat(there)
          .containsExactlyInAnyOrderElementsOf(
              texts.keySet().stream().map(location -> path(location).toString()).toList());
    }
  }

  /** Raw, and unpacked where it is packed. */
  private static String decoded(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String name = file.getFileName().toString();
    String raw = new String(bytes, StandardCharsets.ISO_8859_1);
    if (name.endsWith(".avro")) {
      return raw + avro(file);
    }
    if (bytes.length > 1 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b) {
      return raw
          + new String(
              new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(),
              StandardCharsets.UTF_8);
    }
    return raw;
  }

  private static String avro(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      reader.getMetaKeys().forEach(key -> text.append(reader.getMetaString(key)));
      reader.forEach(record -> text.append(PhysicalFiles.withBounds(record)));
    }
    return text.toString();
  }

  static Path path(String location) {
    return Path.of(location.replaceFirst("^file:(//)?", ""));
  }
}
