package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.storage.LocalFileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.apache.iceberg.io.FileIO;

/**
 * A source file's bytes. Whatever fails says which file and why, whenever it fails: some FileIOs
 * open at the first read.
 */
final class SourceStream extends InputStream {
  private final String location;
  private final InputStream in;

  SourceStream(String location, FileIO io) {
    this.location = location;
    this.in = reading(() -> io.newInputFile(location).newStream());
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  @Override
  public int read() {
    return reading(in::read);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    return reading(() -> in.read(bytes, offset, length));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private <T> T reading(Step<T> step) {
    try {
      return LocalFileErrors.asExceptions(step::run);
    } catch (IOException | RuntimeException e) {
      ErrorCode code = CatalogFailure.code(e);
      if (code == ErrorCode.SOURCE_MISSING) {
        throw new BcnException(
            code,
            "Cannot read source file '%s': it does not exist".formatted(location),
            "The table names it and it is gone: look whether a clean-up removed it, and back up again.",
            e);
      }
      throw new BcnException(
          code,
          "Cannot read source file '%s': %s"
              .formatted(location, CatalogFailure.reason(e, Secrets.of(Map.of()))),
          "Check that the machines that run BCN can read the table's storage.",
          e);
    }
  }
}
