package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;

/**
 * The files of a restored lake, looked at from below: through Iceberg's metadata tables and as
 * bytes.
 */
final class PhysicalFiles {
  private final Lake lake;

  private PhysicalFiles(Lake lake) {
    this.lake = lake;
  }

  static PhysicalFiles of(Lake lake) {
    return new PhysicalFiles(lake);
  }

  /**
   * Every file that the metadata reaches exists with the recorded length, and the source's root
   * stands nowhere.
   */
  void assertWholeAndWithout(Path sourceRoot) {
    assertWholeAndWithout(sourceRoot.toString());
  }

  void assertWholeAndWithout(String sourceRoot) {
    for (String table : lake.tables()) {
      for (Row file : rows(table, "all_manifests", "path", "length")) {
        assertLength(file);
      }
      for (Row file : rows(table, "all_files", "file_path", "file_size_in_bytes")) {
        assertLength(file);
      }
      for (Row list : rows(table, "snapshots", "manifest_list", "snapshot_id")) {
        assertThat(path(list.getString(0))).exists();
      }
    }
    assertNowhere(sourceRoot);
  }

  private List<Row> rows(String table, String metadataTable, String... columns) {
    return lake.query(
            "SELECT DISTINCT %s FROM @.%s.%s"
                .formatted(String.join(",", columns), table, metadataTable))
        .collectAsList();
  }

  private static void assertLength(Row file) {
    Path path = path(file.getString(0));
    assertThat(path).exists();
    assertThat(path).hasSize(file.getLong(1));
  }

  private static Path path(String location) {
    return Path.of(location.replaceFirst("^file:(//)?", ""));
  }

  private void assertNowhere(String text) {
    try (Stream<Path> files = Files.walk(lake.warehouse())) {
      List<String> mentions = new ArrayList<>();
      files
          .filter(Files::isRegularFile)
          .filter(file -> decoded(file).contains(text))
          .forEach(file -> mentions.add(file.toString()));
      assertThat(mentions).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Avro is decoded; Parquet delete files are read by Spark; Puffin footers and JSON lie open. */
  private static String decoded(Path file) {
    try {
      String name = file.getFileName().toString();
      if (name.endsWith(".avro")) {
        return avro(file);
      }
      if (name.endsWith("-deletes.parquet")) {
        return SharedSpark.session().read().parquet(file.toString()).collectAsList().toString()
            + new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      }
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String avro(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      reader.getMetaKeys().forEach(key -> text.append(reader.getMetaString(key)));
      reader.forEach(record -> text.append(withBounds(record)));
    }
    return text.toString();
  }

  /** The record as text, with its bounds readable. */
  static String withBounds(GenericRecord record) {
    StringBuilder text = new StringBuilder(record.toString());
    bounds(record, text);
    return text.toString();
  }

  /** Bounds are bytes, which Avro prints escaped. */
  private static void bounds(GenericRecord entry, StringBuilder text) {
    if (entry.hasField("data_file") && entry.get("data_file") instanceof GenericRecord file) {
      for (String field : List.of("lower_bounds", "upper_bounds")) {
        if (file.hasField(field) && file.get(field) instanceof Iterable<?> bounds) {
          for (Object bound : bounds) {
            Object value = ((GenericRecord) bound).get("value");
            text.append(StandardCharsets.UTF_8.decode(((java.nio.ByteBuffer) value).duplicate()));
          }
        }
      }
    }
  }
}
