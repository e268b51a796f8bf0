package io.bcn.it;

import io.bcn.storage.FaultyStorage.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * A catalog and its files, for a process that dies at its n-th write to them: a file, a table
 * registered, a namespace made. From then on nothing answers, until {@link #revive}.
 *
 * <p>One for the JVM: Iceberg makes catalogs and FileIOs from the names of their classes.
 */
final class DyingTarget {
  static final String MESSAGE = "a test broke the target";

  private static final AtomicLong WRITES = new AtomicLong();
  private static volatile long fatal = Long.MAX_VALUE;
  private static volatile Fault fault = Fault.BEFORE_EFFECT;
  private static volatile boolean dead;

  private DyingTarget() {}

  /** An empty catalog on SQLite. */
  static Lake lake(java.nio.file.Path folder) {
    Lake lake = Lake.jdbc(folder, Catalog.class);
    lake.configure("io-impl", Files.class.getName());
    return lake;
  }

  /** Counts from 1 from now on. */
  static void dieAt(long write, Fault how) {
    revive();
    fatal = write;
    fault = how;
  }

  /** All answers again; counts from now on. */
  static void revive() {
    WRITES.set(0);
    fatal = Long.MAX_VALUE;
    dead = false;
  }

  /** How many writes were begun. */
  static long writes() {
    return WRITES.get();
  }

  private static void checkAlive() {
    if (dead) {
      throw new UncheckedIOException(new IOException(MESSAGE));
    }
  }

  private static <T> T write(Supplier<T> effect) {
    checkAlive();
    if (WRITES.incrementAndGet() != fatal) {
      return effect.get();
    }
    if (fault == Fault.AFTER_EFFECT) {
      var unused = effect.get();
    }
    dead = true;
    checkAlive();
    throw new AssertionError("it is dead");
  }

  /** Made by Iceberg. */
  public static final class Catalog extends JdbcCatalog {
    @Override
    public Table registerTable(TableIdentifier table, String metadata) {
      return write(() -> super.registerTable(table, metadata));
    }

    @Override
    public void createNamespace(Namespace namespace, Map<String, String> metadata) {
      var unused =
          write(
              () -> {
                super.createNamespace(namespace, metadata);
                return true;
              });
    }

    @Override
    public Table loadTable(TableIdentifier table) {
      checkAlive();
      return super.loadTable(table);
    }
  }

  /** Made by Iceberg. */
  public static final class Files extends HadoopFileIO {
    @Override
    public InputFile newInputFile(String path) {
      checkAlive();
      return super.newInputFile(path);
    }

    @Override
    public void deleteFile(String path) {
      checkAlive();
      super.deleteFile(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
      OutputFile file = super.newOutputFile(path);
      return new OutputFile() {
        @Override
        public PositionOutputStream create() {
          checkAlive();
          return written(file.create());
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
          checkAlive();
          return written(file.createOrOverwrite());
        }

        @Override
        public String location() {
          return file.location();
        }

        @Override
        public InputFile toInputFile() {
          return file.toInputFile();
        }
      };
    }

    /** A file is written when it is closed. */
    private static PositionOutputStream written(PositionOutputStream file) {
      return new DyingFile(file);
    }
  }

  private static final class DyingFile extends PositionOutputStream {
    private final PositionOutputStream file;
    private boolean closed;

    DyingFile(PositionOutputStream file) {
      this.file = file;
    }

    @Override
    public long getPos() throws IOException {
      return file.getPos();
    }

    @Override
    public void write(int oneByte) throws IOException {
      file.write(oneByte);
    }

    @Override
    public void write(byte[] bytes, int offset, int lengthBytes) throws IOException {
      file.write(bytes, offset, lengthBytes);
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      var unused =
          DyingTarget.write(
              () -> {
                try {
                  file.close();
                  return true;
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
