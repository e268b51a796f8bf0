package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.FileKind;
import io.bcn.table.RelocatedFiles.Moved;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DeleteSchemaUtil;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinReader;

/** What relocated files hold, decoded, and how they may differ from their originals. */
final class RelocatedAvro {
  private static final Set<String> LIST_MAY_CHANGE = Set.of("manifest_path", "manifest_length");
  private static final Set<String> DATA_MAY_CHANGE = Set.of("data_file.file_path");
  private static final Set<String> DELETES_MAY_CHANGE =
      Set.of(
          "data_file.file_path",
          "data_file.file_size_in_bytes",
          "data_file.referenced_data_file",
          "data_file.content_offset",
          "data_file.content_size_in_bytes",
          "data_file.lower_bounds",
          "data_file.upper_bounds",
          "data_file.split_offsets");

  private RelocatedAvro() {}

  /**
   * Every record, header field and codec of the manifests and lists, compared with the original's.
   */
  static void assertOnlyAllowedFieldsDiffer(FileIO io, RelocatedFiles files) throws IOException {
    for (Moved file : files.all()) {
      if (file.kind() == FileKind.MANIFEST || file.kind() == FileKind.MANIFEST_LIST) {
        Content before = read(io.newInputFile(file.source()));
        Content after = read(io.newInputFile(file.target()));
        assertThat(after.header()).as(file.source()).isEqualTo(before.header());
        assertThat(after.schema()).as(file.source()).isEqualTo(before.schema());
        assertThat(after.records()).as(file.source()).hasSameSizeAs(before.records());
        for (int i = 0; i < before.records().size(); i++) {
          assertThat(allowed(before.records().get(i), file.kind()))
              .as(file.source())
              .containsAll(differences(before.records().get(i), after.records().get(i)));
        }
      }
    }
  }

  /** In manifest lists, live manifest entries and the metadata file. */
  static void assertEveryRecordedLengthIsPhysical(FileIO io, RelocatedFiles files)
      throws IOException {
    for (Moved list : files.of(FileKind.MANIFEST_LIST)) {
      try (InputStream in = io.newInputFile(list.target()).newStream()) {
        for (ManifestListFile.Entry entry : ManifestListFile.read(in, list.target())) {
          assertThat(entry.lengthBytes()).isEqualTo(io.newInputFile(entry.location()).getLength());
        }
      }
    }
    for (Moved manifest : files.of(FileKind.MANIFEST)) {
      try (InputStream in = io.newInputFile(manifest.target()).newStream()) {
        ManifestEntries.forEachLive(
            in,
            manifest.target(),
            Coverage.WHOLE,
            file ->
                assertThat(file.lengthBytes())
                    .isEqualTo(io.newInputFile(file.location()).getLength()));
      }
    }
    for (Moved metadata : files.of(FileKind.METADATA)) {
      try (InputStream in = io.newInputFile(metadata.target()).newStream()) {
        MetadataFile.parse(metadata.target(), in.readAllBytes()).references().stream()
            .filter(reference -> reference.lengthBytes() != Reference.UNKNOWN_LENGTH)
            .forEach(
                reference ->
                    assertThat(reference.lengthBytes())
                        .isEqualTo(io.newInputFile(reference.location()).getLength()));
      }
    }
  }

  /** All that the file says, as text; empty for data, which says nothing of locations. */
  static String decoded(InputFile in, Moved file) throws IOException {
    return switch (file.kind()) {
      case MANIFEST, MANIFEST_LIST -> read(in).toString();
      case POSITION_DELETES -> positionDeletes(in, file.format()).toString();
      case DELETION_VECTORS -> puffin(in);
      case METADATA -> metadata(in);
      default -> "";
    };
  }

  static List<String> positionDeletes(InputFile in, String format) throws IOException {
    List<String> rows = new ArrayList<>();
    try (CloseableIterable<Record> records =
        FormatModelRegistry.<Record, Object>readBuilder(
                FileFormat.fromString(format), Record.class, in)
            .project(DeleteSchemaUtil.pathPosSchema())
            .build()) {
      records.forEach(row -> rows.add(row.get(0) + "#" + row.get(1)));
    }
    return rows;
  }

  private static String puffin(InputFile in) throws IOException {
    try (PuffinReader reader = Puffin.read(in).build()) {
      return reader.fileMetadata().properties()
          + reader.fileMetadata().blobs().stream()
              .map(blob -> blob.properties().toString())
              .collect(Collectors.joining());
    }
  }

  private static String metadata(InputFile in) throws IOException {
    try (InputStream stream = in.newStream()) {
      MetadataFile file = MetadataFile.parse(in.location(), stream.readAllBytes());
      return file.location() + file.references() + file.properties();
    }
  }

  /** A decoded Avro file. */
  record Content(Map<String, String> header, Schema schema, List<GenericRecord> records) {}

  static Content read(InputFile in) throws IOException {
    try (InputStream stream = in.newStream();
        DataFileStream<GenericRecord> avro =
            new DataFileStream<>(stream, new GenericDatumReader<>())) {
      Map<String, String> header = new TreeMap<>();
      avro.getMetaKeys()
          .forEach(key -> header.put(key, new String(avro.getMeta(key), StandardCharsets.UTF_8)));
      List<GenericRecord> records = new ArrayList<>();
      avro.forEach(records::add);
      return new Content(header, avro.getSchema(), records);
    }
  }

  private static Set<String> allowed(GenericRecord record, FileKind kind) {
    if (kind == FileKind.MANIFEST_LIST) {
      return LIST_MAY_CHANGE;
    }
    GenericRecord file = (GenericRecord) record.get("data_file");
    boolean positionDeletes =
        file.hasField("content") && Integer.valueOf(1).equals(file.get("content"));
    return positionDeletes ? DELETES_MAY_CHANGE : DATA_MAY_CHANGE;
  }

  private static Set<String> differences(GenericRecord before, GenericRecord after) {
    Set<String> names = new TreeSet<>();
    for (Schema.Field field : before.getSchema().getFields()) {
      Object left = before.get(field.pos());
      Object right = after.get(field.pos());
      if (left instanceof GenericRecord nested && field.name().equals("data_file")) {
        differences(nested, (GenericRecord) right).forEach(name -> names.add("data_file." + name));
      } else if (!java.util.Objects.equals(left, right)) {
        names.add(field.name());
      }
    }
    return names;
  }
}
