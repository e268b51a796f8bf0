package io.bcn.table;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Reads and relocates manifests, of data and of deletes. Streams: a manifest may hold millions of
 * entries.
 *
 * <p><i>Source</i>: Iceberg's table spec, "Manifests". <i>Fails</i> with DAMAGED, naming the
 * location, where the bytes are no whole manifest. An Avro file that ends between two blocks looks
 * whole: compare the length that the manifest list records.
 */
public final class ManifestEntries {
  static final String THING = "manifest";

  private ManifestEntries() {}

  /**
   * Hands out the files of all live entries that are covered, in the file's order. Does not close
   * the stream. <i>Fails</i> with UNSUPPORTED where a file may be covered in part.
   */
  public static void forEachLive(
      InputStream in, String location, Coverage coverage, Consumer<LiveFile> action)
      throws IOException {
    AvroFile file = AvroFile.open(THING, location, in);
    Schema part = coverage.listing(ManifestColumns.of(file.schema(), location));
    file.project(part);
    ManifestColumns columns = ManifestColumns.of(part, location);
    Predicate<GenericRecord> covered = coverage.entries(file, columns);
    file.forEach(
        entry -> {
          if (columns.isLive(entry) && covered.test(entry)) {
            action.accept(columns.liveFile(columns.file(entry)));
          }
        });
  }

  /**
   * Writes the manifest for another place. Closes neither stream.
   *
   * <p>Changed are the paths; in live delete entries also the size of the file, the place of a
   * deletion vector in it, and the split offsets, which a rewrite makes void; in all delete entries
   * the bounds of {@code file_path}. Files that entries hold as deleted need not exist, and are
   * never asked for.
   */
  public static void relocate(
      InputStream in,
      OutputStream out,
      String location,
      LocationMapping mapping,
      RewrittenDeletes deletes)
      throws IOException {
    AvroFile file = AvroFile.open(THING, location, in);
    ManifestColumns columns = ManifestColumns.of(file.schema(), location);
    file.rewrite(out, new ManifestEntryRelocation(columns, mapping, deletes));
  }

  /**
   * The same with the covered entries only, and with their number in the header, for the manifest
   * lists to read. What an entry inherits from a manifest list it inherits wherever it stands.
   */
  public static void relocateCovered(
      byte[] manifest,
      OutputStream out,
      String location,
      Coverage coverage,
      LocationMapping mapping,
      RewrittenDeletes deletes)
      throws IOException {
    AvroFile counted = AvroFile.open(THING, location, new ByteArrayInputStream(manifest));
    ManifestColumns columns = ManifestColumns.of(counted.schema(), location);
    Predicate<GenericRecord> covered = coverage.entries(counted, columns);
    ManifestCounts counts = new ManifestCounts();
    counted.forEach(
        entry -> {
          if (covered.test(entry)) {
            counts.add(columns, entry);
          }
        });
    AvroFile file = AvroFile.open(THING, location, new ByteArrayInputStream(manifest));
    file.rewrite(
        out,
        Map.of(ManifestCounts.HEADER, counts.encoded()),
        covered,
        new ManifestEntryRelocation(columns, mapping, deletes));
  }
}
