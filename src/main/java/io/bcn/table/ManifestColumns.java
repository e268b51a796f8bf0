package io.bcn.table;

import io.bcn.format.FileKind;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Where the fields of interest are in one manifest's own Avro schema, resolved once a file.
 *
 * <p><i>Source</i>: Iceberg's table spec, "Manifest Entry Fields" and "Data File Fields", whose ids
 * these are.
 */
record ManifestColumns(
    String manifest,
    Schema dataFileSchema,
    int status,
    int dataFile,
    OptionalInt content,
    int path,
    int format,
    int length,
    OptionalInt lowerBounds,
    OptionalInt upperBounds,
    OptionalInt splitOffsets,
    OptionalInt referencedDataFile,
    OptionalInt contentOffset,
    OptionalInt contentSize) {
  private static final int STATUS_DELETED = 2;
  private static final int DATA_FILE = 2;

  static ManifestColumns of(Schema entry, String location) {
    Schema file =
        AvroFields.schema(entry, DATA_FILE, "data_file")
            .filter(schema -> schema.getType() == Schema.Type.RECORD)
            .orElseThrow(() -> missing("data_file", location));
    return new ManifestColumns(
        location,
        file,
        required(entry, 0, "status", location),
        required(entry, DATA_FILE, "data_file", location),
        AvroFields.position(file, 134, "content"),
        required(file, 100, "file_path", location),
        required(file, 101, "file_format", location),
        required(file, 104, "file_size_in_bytes", location),
        AvroFields.position(file, 125, "lower_bounds"),
        AvroFields.position(file, 128, "upper_bounds"),
        AvroFields.position(file, 132, "split_offsets"),
        AvroFields.position(file, 143, "referenced_data_file"),
        AvroFields.position(file, 144, "content_offset"),
        AvroFields.position(file, 145, "content_size_in_bytes"));
  }

  /** The entry schema with only what {@link #liveFile} needs: no statistics, no partition. */
  Schema forListing(Schema entry) {
    if (!dataFileSchema.equals(entry.getFields().get(dataFile).schema())) {
      return entry;
    }
    Set<Integer> wanted = new HashSet<>(Set.of(path, format, length));
    content.ifPresent(wanted::add);
    Schema reduced = AvroFields.with(entry, dataFile, AvroFields.only(dataFileSchema, wanted));
    return AvroFields.only(reduced, Set.of(status, dataFile));
  }

  boolean isLive(GenericRecord entry) {
    return ((Number) entry.get(status)).intValue() != STATUS_DELETED;
  }

  GenericRecord file(GenericRecord entry) {
    return (GenericRecord) entry.get(dataFile);
  }

  LiveFile liveFile(GenericRecord file) {
    String format = format(file);
    return new LiveFile(
        file.get(path).toString(), kind(file), ((Number) file.get(length)).longValue(), format);
  }

  FileKind kind(GenericRecord file) {
    int id =
        content.isPresent() && file.get(content.getAsInt()) instanceof Integer value ? value : 0;
    return switch (id) {
      case 0 -> FileKind.DATA;
      case 1 ->
          format(file).equals("puffin") ? FileKind.DELETION_VECTORS : FileKind.POSITION_DELETES;
      case 2 -> FileKind.EQUALITY_DELETES;
      default ->
          throw Damage.of(
              ManifestEntries.THING, manifest, "it holds files of unknown content " + id);
    };
  }

  /** The value of a field that the schema or the record may lack. */
  static Optional<Object> value(GenericRecord file, OptionalInt field) {
    return field.isPresent() ? Optional.ofNullable(file.get(field.getAsInt())) : Optional.empty();
  }

  private String format(GenericRecord file) {
    return file.get(format).toString().toLowerCase(Locale.ROOT);
  }

  private static int required(Schema schema, int fieldId, String name, String location) {
    return AvroFields.position(schema, fieldId, name).orElseThrow(() -> missing(name, location));
  }

  private static RuntimeException missing(String name, String location) {
    return Damage.of(ManifestEntries.THING, location, "its schema has no field " + name);
  }
}
