package io.bcn.verify;

import io.bcn.copy.FileCopy;
import io.bcn.copy.FileRow;
import io.bcn.errors.BcnException;
import io.bcn.format.Documents;
import io.bcn.format.ObjectKey;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Optional;

/** The look at one object: is it as a document says? */
record Look(Storage storage, Level level) implements Serializable {

  /** What is wrong with the file; empty where nothing is. */
  Optional<Damage> at(FileRow file) {
    try {
      Optional<ObjectStat> there = storage.stat(new ObjectKey(file.key()));
      if (there.isEmpty()) {
        return Optional.of(missing(storage, file.key(), file.sha256()));
      }
      long length = there.get().lengthBytes();
      if (file.lengthBytes() == FileRow.UNKNOWN_LENGTH) {
        return readToTheEnd(file);
      }
      if (length != file.lengthBytes()) {
        return Optional.of(wrongSize(file, length));
      }
      return isRead(file) ? readToTheEnd(file) : Optional.empty();
    } catch (BcnException e) {
      return Optional.of(Damage.unreadable(file.key(), file.sha256(), e));
    }
  }

  /** Where tables are opened, content files are read by who opens them. */
  private boolean isRead(FileRow file) {
    return switch (level) {
      case EXISTS -> false;
      case CHECKSUM -> true;
      case RESTORE ->
          switch (file.kind()) {
            case DATA, POSITION_DELETES, EQUALITY_DELETES, DELETION_VECTORS -> false;
            default -> true;
          };
    };
  }

  private Optional<Damage> readToTheEnd(FileRow file) {
    try (InputStream bytes = storage.open(new ObjectKey(file.key()))) {
      FileCopy.Copied read = FileCopy.read(bytes);
      return read.sha256().equals(file.sha256())
          ? Optional.empty()
          : Optional.of(wrongChecksum(storage, file.key(), file.sha256(), read.sha256()));
    } catch (IOException e) {
      return Optional.of(
          new Damage(
              file.key(),
              file.sha256(),
              Problem.UNREADABLE,
              "'%s' can't be read: %s".formatted(location(storage, file.key()), e.getMessage())));
    }
  }

  /** What is wrong with a document whose bytes are these. */
  static Optional<Damage> atDocument(Storage storage, Expected document, Optional<byte[]> bytes) {
    if (bytes.isEmpty()) {
      return Optional.of(missing(storage, document.key(), document.sha256()));
    }
    String found = Documents.sha256(bytes.get());
    return found.equals(document.sha256())
        ? Optional.empty()
        : Optional.of(wrongChecksum(storage, document.key(), document.sha256(), found));
  }

  private static Damage missing(Storage storage, String key, String sha256) {
    return new Damage(
        key, sha256, Problem.MISSING, "'%s' is missing".formatted(location(storage, key)));
  }

  private Damage wrongSize(FileRow file, long length) {
    return new Damage(
        file.key(),
        file.sha256(),
        Problem.WRONG_SIZE,
        "'%s' has %d bytes, and %d were stored"
            .formatted(location(storage, file.key()), length, file.lengthBytes()));
  }

  private static Damage wrongChecksum(Storage storage, String key, String expected, String found) {
    return new Damage(
        key,
        expected,
        Problem.WRONG_CHECKSUM,
        "'%s' has the sha256 %s, and %s was stored"
            .formatted(location(storage, key), found, expected));
  }

  private static String location(Storage storage, String key) {
    return storage.root() + "/" + key;
  }
}
