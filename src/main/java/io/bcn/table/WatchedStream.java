package io.bcn.table;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A stream that remembers its own failure: to tell a store that fails from a file that is damaged.
 */
final class WatchedStream extends FilterInputStream {
  private Optional<IOException> failure = Optional.empty();

  WatchedStream(InputStream in) {
    super(in);
  }

  /** Throws what the stream threw, if it did. */
  void rethrowFailure() throws IOException {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return super.read(buffer, offset, length);
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }
}
