package io.bcn.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.puffin.Blob;
import org.apache.iceberg.puffin.BlobMetadata;
import org.apache.iceberg.puffin.FileMetadata;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinCompressionCodec;
import org.apache.iceberg.puffin.PuffinReader;
import org.apache.iceberg.puffin.PuffinWriter;
import org.apache.iceberg.util.Pair;

/**
 * Relocates Puffin files that hold deletion vectors: the data file that each blob is for changes,
 * all else stays.
 *
 * <p>Blobs of other types are kept. One blob at a time is in memory. <i>Source</i>: Iceberg's
 * Puffin spec, "deletion-vector-v1 blob type".
 */
public final class DeletionVectors {
  static final String THING = "Puffin file";
  private static final String REFERENCED_DATA_FILE = "referenced-data-file";
  private static final String DV_TYPE = "deletion-vector-v1";

  private interface Step<T> {
    T run() throws IOException;
  }

  private DeletionVectors() {}

  /**
   * Writes the file for another place, over whatever is there.
   *
   * <p><i>Fails</i> with DAMAGED, naming the file, where it cannot be read as Puffin.
   */
  public static void relocate(InputFile in, OutputFile out, LocationMapping mapping)
      throws IOException {
    try (PuffinReader reader = reading(in, () -> PuffinFooter.open(in));
        AbandonableFile target = new AbandonableFile(out)) {
      FileMetadata metadata = reading(in, reader::fileMetadata);
      PuffinWriter writer = Puffin.write(target).setAll(metadata.properties()).build();
      Iterator<Pair<BlobMetadata, ByteBuffer>> blobs = reader.readAll(metadata.blobs()).iterator();
      while (reading(in, blobs::hasNext)) {
        Pair<BlobMetadata, ByteBuffer> blob = reading(in, blobs::next);
        writer.write(relocated(blob.first(), blob.second(), in, mapping));
      }
      writer.close();
    }
  }

  /** The data file that a blob is for, where it is for one. */
  static Optional<String> dataFile(BlobMetadata blob) {
    return Optional.ofNullable(blob.properties().get(REFERENCED_DATA_FILE));
  }

  private static Blob relocated(
      BlobMetadata blob, ByteBuffer payload, InputFile in, LocationMapping mapping) {
    Map<String, String> properties = new HashMap<>(blob.properties());
    properties.computeIfPresent(REFERENCED_DATA_FILE, (key, location) -> mapping.map(location));
    if (blob.type().equals(DV_TYPE) && !properties.containsKey(REFERENCED_DATA_FILE)) {
      throw Damage.of(THING, in.location(), "a deletion vector names no data file");
    }
    return new Blob(
        blob.type(),
        blob.inputFields(),
        blob.snapshotId(),
        blob.sequenceNumber(),
        payload,
        PuffinCompressionCodec.forName(blob.compressionCodec()),
        properties);
  }

  private static <T> T reading(InputFile in, Step<T> step) {
    try {
      return step.run();
    } catch (IOException | RuntimeException e) {
      // Iceberg's reader does not tell a failing store from a damaged file.
      throw Damage.of(THING, in.location(), e);
    }
  }
}
