package io.bcn.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FSError;

/**
 * Hadoop's local files make an {@link Error} of what the operating system says of a read or write:
 * of a full disk, too. Whoever uses them through another library gets exceptions here.
 */
public final class LocalFileErrors {
  private LocalFileErrors() {}

  /** What may use Hadoop's local files. */
  @FunctionalInterface
  public interface Step<T, E extends Exception> {
    T run() throws E;
  }

  /** Runs the step; such an error becomes the {@link UncheckedIOException} that it should be. */
  public static <T, E extends Exception> T asExceptions(Step<T, E> step) throws E {
    try {
      return step.run();
    } catch (FSError e) {
      String said = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new UncheckedIOException(said, new IOException(said, e));
    }
  }
}
