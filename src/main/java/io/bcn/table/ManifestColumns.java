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
    AvroFields entry,
    AvroFields file,
    int status,
    int dataFile,
    OptionalInt content,
    int path,
    int format,
    OptionalInt partition,
    OptionalInt recordCount,
    int length,
    OptionalInt lowerBounds,
    OptionalInt upperBounds,
    OptionalInt splitOffsets,
    OptionalInt referencedDataFile,
    OptionalInt contentOffset,
    OptionalInt contentSize) {
  private static final int STATUS_DELETED = 2;

  static ManifestColumns of(Schema schema, String location) {
    AvroFields entry = new AvroFields(ManifestEntries.THING, location, schema);
    int dataFile = entry.required(2, "data_file", Schema.Type.RECORD);
    AvroFields file = entry.within(dataFile);
    return new ManifestColumns(
        entry,
        file,
        entry.required(0, "status", Schema.Type.INT),
        dataFile,
        file.optional(134, "content", Schema.Type.INT),
        file.required(100, "file_path", Schema.Type.STRING),
        file.required(101, "file_format", Schema.Type.STRING),
        file.optional(102, "partition", Schema.Type.RECORD),
        file.optional(103, "record_count", Schema.Type.LONG),
        file.required(104, "file_size_in_bytes", Schema.Type.LONG),
        bounds(file, 125, "lower_bounds"),
        bounds(file, 128, "upper_bounds"),
        file.optional(132, "split_offsets", Schema.Type.ARRAY),
        file.optional(143, "referenced_data_file", Schema.Type.STRING),
        file.optional(144, "content_offset", Schema.Type.LONG),
        file.optional(145, "content_size_in_bytes", Schema.Type.LONG));
  }

  /** The schema with only what {@link #liveFile} needs: no statistics, no partition. */
  Schema forListing() {
    return listing(Set.of(path, format, length));
  }

  /** The same with the partition. */
  Schema forListingWithPartition() {
    return listing(Set.of(path, format, length, partitionField()));
  }

  private Schema listing(Set<Integer> fields) {
    Set<Integer> wanted = new HashSet<>(fields);
    content.ifPresent(wanted::add);
    return entry.with(dataFile, file.only(wanted)).only(Set.of(status, dataFile));
  }

  boolean isLive(GenericRecord row) {
    return status(row) != STATUS_DELETED;
  }

  GenericRecord file(GenericRecord row) {
    return (GenericRecord) row.get(dataFile);
  }

  int status(GenericRecord row) {
    return (Integer) row.get(status);
  }

  GenericRecord partition(GenericRecord row) {
    return (GenericRecord) row.get(partitionField());
  }

  AvroFields partitionFields() {
    return file.within(partitionField());
  }

  private int partitionField() {
    return partition.orElseThrow(() -> damage("its schema has no field partition"));
  }

  LiveFile liveFile(GenericRecord row) {
    return new LiveFile(row.get(path).toString(), kind(row), (Long) row.get(length), format(row));
  }

  FileKind kind(GenericRecord row) {
    int id = (Integer) value(row, content).orElse(0);
    return switch (id) {
      case 0 -> FileKind.DATA;
      case 1 ->
          format(row).equals("puffin") ? FileKind.DELETION_VECTORS : FileKind.POSITION_DELETES;
      case 2 -> FileKind.EQUALITY_DELETES;
      default -> throw damage("it holds files of unknown content " + id);
    };
  }

  RuntimeException damage(String reason) {
    return Damage.of(entry.thing(), entry.location(), reason);
  }

  /** The value of a field that the schema or the record may lack. */
  static Optional<Object> value(GenericRecord row, OptionalInt field) {
    return field.isPresent() ? Optional.ofNullable(row.get(field.getAsInt())) : Optional.empty();
  }

  private String format(GenericRecord row) {
    return row.get(format).toString().toLowerCase(Locale.ROOT);
  }

  private static OptionalInt bounds(AvroFields file, int fieldId, String name) {
    OptionalInt position = file.optional(fieldId, name, Schema.Type.ARRAY);
    if (position.isPresent()) {
      AvroFields pair = file.withinElements(position.getAsInt());
      pair.requiredByName(PathBounds.KEY, Schema.Type.INT);
      pair.requiredByName(PathBounds.VALUE, Schema.Type.BYTES);
    }
    return position;
  }
}
