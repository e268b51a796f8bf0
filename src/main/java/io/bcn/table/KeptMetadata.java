package io.bcn.table;

import io.bcn.storage.LocalFileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.iceberg.io.FileIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A metadata file that is given to a catalog, with its bytes at hand until the catalog has
 * answered.
 *
 * <p>Hive's and Glue's clients remove the file when they fail (apache/iceberg#13014). They also do
 * so where it is pointed at: the answer to a first try was lost and the second one finds the table
 * there, or an equal restore, whose file has the same name, was faster.
 */
final class KeptMetadata {
  private static final Logger LOG = LoggerFactory.getLogger(KeptMetadata.class);

  private final FileIO io;
  private final String location;
  private final byte[] bytes;

  KeptMetadata(FileIO io, String location, byte[] bytes) {
    this.io = io;
    this.location = location;
    this.bytes = bytes;
  }

  /** Of a file that is there; empty where it can't be read, which the catalog then says itself. */
  static Optional<KeptMetadata> read(FileIO io, String location) {
    try (InputStream in = io.newInputFile(location).newStream()) {
      return Optional.of(new KeptMetadata(io, location, in.readAllBytes()));
    } catch (IOException | RuntimeException failure) {
      LOG.debug("'{}' can't be kept", location, failure);
      return Optional.empty();
    }
  }

  /** Over whatever is there: the bytes of one name are the same for all tries. */
  void write() {
    try {
      var unused =
          LocalFileErrors.asExceptions(
              () -> {
                try (OutputStream out = io.newOutputFile(location).createOrOverwrite()) {
                  out.write(bytes);
                }
                return true;
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Never fails: what the catalog points at then tells what came of it. */
  void putBackIfGone() {
    try {
      if (!io.newInputFile(location).exists()) {
        LOG.info("The catalog's client removed '{}' when it failed; it is put back", location);
        write();
      }
    } catch (RuntimeException failure) {
      LOG.warn(
          "'{}' may be gone and could not be put back; the next run of this restore does it: {}",
          location,
          failure.toString());
    }
  }
}
