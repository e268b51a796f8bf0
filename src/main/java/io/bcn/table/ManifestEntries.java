package io.bcn.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.apache.avro.Schema;

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

  /** Hands out the files of all live entries, in the file's order. Does not close the stream. */
  public static void forEachLive(InputStream in, String location, Consumer<LiveFile> action)
      throws IOException {
    AvroFile file = AvroFile.open(THING, location, in);
    Schema part = ManifestColumns.of(file.schema(), location).forListing();
    file.project(part);
    ManifestColumns columns = ManifestColumns.of(part, location);
    file.forEach(
        entry -> {
          if (columns.isLive(entry)) {
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
}
