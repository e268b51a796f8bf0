package io.bcn.table;

import io.bcn.copy.FileCopy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.io.SeekableInputStream;

/** A copy of a file in the machine's temporary folder; gone when it is closed. */
final class TemporaryInput extends SeekableInputStream {
  private final Path path;
  private final RandomAccessFile file;

  private TemporaryInput(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  static TemporaryInput begin() throws IOException {
    Path path = Files.createTempFile("bcn-verify-", ".tmp");
    return new TemporaryInput(path, new RandomAccessFile(path.toFile(), "r"));
  }

  /** Copies all of the input. */
  FileCopy.Copied fill(InputStream in) throws IOException {
    try (OutputStream out = Files.newOutputStream(path)) {
      return FileCopy.copy(in, out);
    }
  }

  @Override
  public long getPos() throws IOException {
    return file.getFilePointer();
  }

  @Override
  public void seek(long newPosition) throws IOException {
    file.seek(newPosition);
  }

  @Override
  public int read() throws IOException {
    return file.read();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return file.read(target, offset, length);
  }

  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      Files.deleteIfExists(path);
    }
  }
}
