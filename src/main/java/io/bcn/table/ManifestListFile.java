package io.bcn.table;

import io.bcn.format.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Reads and relocates manifest lists. <i>Source</i>: Iceberg's table spec, "Manifest Lists".
 *
 * <p><i>Fails</i> with DAMAGED, naming the location, where the bytes are no whole manifest list. An
 * Avro file that ends between two blocks looks whole: compare the length where one is recorded.
 */
public final class ManifestListFile {
  private static final String THING = "manifest list";

  /** What the entries of a manifest are. */
  public enum Content {
    DATA,
    DELETES
  }

  /** One manifest as a manifest list names it. */
  public record Entry(String location, long lengthBytes, Content content) {
    public Reference reference() {
      return new Reference(location, FileKind.MANIFEST, lengthBytes);
    }
  }

  /** Where the fields of interest are in one file's schema. */
  private record Columns(
      int path, int length, OptionalInt content, List<OptionalInt> files, List<OptionalInt> rows) {
    static Columns of(Schema schema, String location) {
      AvroFields fields = new AvroFields(THING, location, schema);
      return new Columns(
          fields.required(500, "manifest_path", Schema.Type.STRING),
          fields.required(501, "manifest_length", Schema.Type.LONG),
          fields.optional(517, "content", Schema.Type.INT),
          List.of(
              fields.optional(505, "existing_files_count", Schema.Type.INT),
              fields.optional(504, "added_files_count", Schema.Type.INT),
              fields.optional(506, "deleted_files_count", Schema.Type.INT)),
          List.of(
              fields.optional(513, "existing_rows_count", Schema.Type.LONG),
              fields.optional(512, "added_rows_count", Schema.Type.LONG),
              fields.optional(514, "deleted_rows_count", Schema.Type.LONG)));
    }

    void put(GenericRecord row, ManifestCounts counts) {
      for (int i = 0; i < files.size(); i++) {
        int status = i;
        files.get(i).ifPresent(field -> row.put(field, (int) counts.files(status)));
        rows.get(i).ifPresent(field -> row.put(field, counts.rows(status)));
      }
    }

    Entry entry(GenericRecord row) {
      boolean deletes =
          content.isPresent() && row.get(content.getAsInt()) instanceof Integer id && id != 0;
      return new Entry(
          row.get(path).toString(),
          (Long) row.get(length),
          deletes ? Content.DELETES : Content.DATA);
    }
  }

  private ManifestListFile() {}

  /** All manifests, in the file's order. Does not close the stream. */
  public static List<Entry> read(InputStream in, String location) throws IOException {
    AvroFile file = AvroFile.open(THING, location, in);
    Columns columns = Columns.of(file.schema(), location);
    List<Entry> entries = new ArrayList<>();
    file.forEach(row -> entries.add(columns.entry(row)));
    return entries;
  }

  /**
   * Writes the manifest list for another place: only the manifests' paths and lengths change.
   * Closes neither stream.
   *
   * @param newLength the length in bytes of the relocated manifest, asked by its TARGET location
   */
  public static void relocate(
      InputStream in,
      OutputStream out,
      String location,
      LocationMapping mapping,
      ToLongFunction<String> newLength)
      throws IOException {
    relocate(in, out, location, mapping, newLength, Optional.empty());
  }

  /** The same for manifests that hold fewer entries than the stored ones: their counts change. */
  static void relocateCovered(
      InputStream in,
      OutputStream out,
      String location,
      LocationMapping mapping,
      ToLongFunction<String> newLength,
      Function<String, ManifestCounts> newCounts)
      throws IOException {
    relocate(in, out, location, mapping, newLength, Optional.of(newCounts));
  }

  private static void relocate(
      InputStream in,
      OutputStream out,
      String location,
      LocationMapping mapping,
      ToLongFunction<String> newLength,
      Optional<Function<String, ManifestCounts>> newCounts)
      throws IOException {
    AvroFile file = AvroFile.open(THING, location, in);
    Columns columns = Columns.of(file.schema(), location);
    file.rewrite(
        out,
        row -> {
          String target = mapping.map(row.get(columns.path()).toString());
          row.put(columns.path(), target);
          row.put(columns.length(), newLength.applyAsLong(target));
          newCounts.ifPresent(counts -> columns.put(row, counts.apply(target)));
          return row;
        });
  }
}
