package io.bcn.table;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.avro.generic.GenericRecord;

/**
 * The bounds of a delete file's column {@code file_path}, kept in its manifest entry.
 *
 * <p>Equal ones name the one data file that the deletes are for, and move with it. Others may be
 * cut short, and the order of paths may change under a mapping: they are dropped, which only makes
 * planning look at more data files. A stale bound would bring deleted rows back.
 */
final class PathBounds {
  /** Iceberg's reserved field id of {@code file_path} in position delete files. */
  private static final int FILE_PATH = 2147483546;

  /** What Iceberg calls the two parts of an entry. */
  static final String KEY = "key";

  static final String VALUE = "value";

  private PathBounds() {}

  static void relocate(GenericRecord file, ManifestColumns columns, LocationMapping mapping) {
    Optional<GenericRecord> lower = find(file, columns.lowerBounds());
    Optional<GenericRecord> upper = find(file, columns.upperBounds());
    if (lower.isPresent() && upper.isPresent() && bound(lower.get()).equals(bound(upper.get()))) {
      String path = StandardCharsets.UTF_8.decode(bound(lower.get()).duplicate()).toString();
      byte[] mapped = mapping.map(path).getBytes(StandardCharsets.UTF_8);
      lower.get().put(VALUE, ByteBuffer.wrap(mapped));
      upper.get().put(VALUE, ByteBuffer.wrap(mapped));
      return;
    }
    lower.ifPresent(bound -> drop(bound, file, columns.lowerBounds()));
    upper.ifPresent(bound -> drop(bound, file, columns.upperBounds()));
  }

  private static Optional<GenericRecord> find(GenericRecord file, OptionalInt bounds) {
    return entries(file, bounds).stream()
        .map(GenericRecord.class::cast)
        .filter(entry -> ((Number) entry.get(KEY)).intValue() == FILE_PATH)
        .findFirst();
  }

  private static void drop(GenericRecord bound, GenericRecord file, OptionalInt bounds) {
    // Avro's own arrays cannot lose an element.
    List<Object> kept = new ArrayList<>(entries(file, bounds));
    kept.remove(bound);
    file.put(bounds.getAsInt(), kept);
  }

  /** Iceberg keeps a map with integer keys as an array of pairs. */
  private static Collection<?> entries(GenericRecord file, OptionalInt bounds) {
    return (Collection<?>) ManifestColumns.value(file, bounds).orElseGet(List::of);
  }

  private static ByteBuffer bound(GenericRecord entry) {
    return (ByteBuffer) entry.get(VALUE);
  }
}
