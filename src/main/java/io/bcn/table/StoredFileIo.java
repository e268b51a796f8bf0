package io.bcn.table;

import io.bcn.copy.FileCopy;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import io.bcn.format.StoredFile;
import io.bcn.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * A table's files under the locations that its metadata names, read from the objects of a
 * repository. Reads only.
 *
 * <p>Each file is read whole and compared by SHA-256 before a byte of it is given out (promise 5):
 * small ones in memory, larger ones in a temporary file that goes when its stream is closed. What
 * is not as it was stored is remembered, for Iceberg wraps what it runs into.
 */
final class StoredFileIo implements FileIO {
  private static final long serialVersionUID = 1L;
  private static final long MOST_IN_MEMORY_BYTES = 4 << 20;

  private final Storage storage;
  // Iceberg wants a FileIO to be serializable; this one stays where it is made.
  private final transient Map<String, StoredFile> files;
  private final List<Broken> broken = new CopyOnWriteArrayList<>();

  StoredFileIo(Storage storage, Map<String, StoredFile> files) {
    this.storage = storage;
    this.files = files;
  }

  /** A file that is not as it was stored. */
  record Broken(StoredFile file, boolean missing, String reason) implements java.io.Serializable {}

  /** What was found so far. */
  List<Broken> broken() {
    return new ArrayList<>(broken);
  }

  /** The stored file of a location; empty where no inventory of the state has it. */
  Optional<StoredFile> find(String location) {
    return Optional.ofNullable(files.get(location));
  }

  @Override
  public InputFile newInputFile(String location) {
    StoredFile file =
        find(location)
            .orElseThrow(
                () ->
                    new BcnException(
                        ErrorCode.DAMAGED,
                        "Cannot read '%s': no inventory of the table's state has it"
                            .formatted(location),
                        "Restore an earlier PIT, or leave the table out with --exclude."));
    return new Input(file);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    throw new UnsupportedOperationException("a repository's tables are not written: " + location);
  }

  @Override
  public void deleteFile(String location) {
    throw new UnsupportedOperationException("a repository's tables are not written: " + location);
  }

  private final class Input implements InputFile {
    private final StoredFile file;

    Input(StoredFile file) {
      this.file = file;
    }

    @Override
    public long getLength() {
      return file.lengthBytes();
    }

    @Override
    public SeekableInputStream newStream() {
      try {
        return file.lengthBytes() <= MOST_IN_MEMORY_BYTES ? inMemory() : inTemporaryFile();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String location() {
      return file.location();
    }

    @Override
    public boolean exists() {
      return storage.stat(file.key()).isPresent();
    }

    private SeekableInputStream inMemory() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) file.lengthBytes());
      try (InputStream in = open(file.key())) {
        check(FileCopy.copy(in, bytes));
      }
      return new BytesInput(bytes.toByteArray());
    }

    private SeekableInputStream inTemporaryFile() throws IOException {
      TemporaryInput temporary = TemporaryInput.begin();
      try (InputStream in = open(file.key())) {
        check(temporary.fill(in));
        return temporary;
      } catch (IOException | RuntimeException e) {
        temporary.close();
        throw e;
      }
    }

    private InputStream open(ObjectKey key) {
      if (storage.stat(key).isEmpty()) {
        throw damaged(true, "is missing");
      }
      return storage.open(key);
    }

    private void check(FileCopy.Copied read) {
      if (!read.sha256().equals(file.sha256())) {
        throw damaged(
            false, "has the sha256 %s, and %s was stored".formatted(read.sha256(), file.sha256()));
      }
    }

    private BcnException damaged(boolean missing, String reason) {
      String message = "'%s/%s' %s".formatted(storage.root(), file.key(), reason);
      broken.add(new Broken(file, missing, message));
      return new BcnException(
          ErrorCode.DAMAGED,
          "Cannot read object " + message,
          "Restore an earlier PIT, or leave the table out with --exclude.");
    }
  }
}
