package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import io.bcn.storage.StorageFailure.Action;
import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The folder that a local storage owns: keys to paths and back, folders that come and go. */
record LocalRoot(String folder) implements Serializable {
  /** How often an action is tried whose folder somebody else removes, empty, at the same time. */
  private static final int ATTEMPTS = 20;

  LocalRoot {
    if (!Path.of(folder).isAbsolute()) {
      throw new IllegalArgumentException("not absolute: " + folder);
    }
  }

  Path path() {
    return Path.of(folder);
  }

  String location(ObjectKey key) {
    return folder + "/" + key;
  }

  ObjectKey key(Path path) {
    return ObjectKey.of(path().relativize(path).toString());
  }

  /**
   * The key's path. <i>Fails</i> with DAMAGED where a symbolic link on the way leads out of the
   * root, or nowhere.
   */
  Path path(ObjectKey key) {
    Path path = path();
    for (String part : key.value().split("/", -1)) {
      path = resolve(path, part, key);
      if (Files.isSymbolicLink(path) && !staysInside(path)) {
        throw new BcnException(
            ErrorCode.DAMAGED,
            "Cannot use object '%s': '%s' is a symbolic link that leads out of the repository"
                .formatted(location(key), path),
            "Put the file or folder itself in the link's place: a repository holds all of its objects.");
      }
    }
    return path;
  }

  private Path resolve(Path parent, String part, ObjectKey key) {
    try {
      return parent.resolve(part);
    } catch (InvalidPathException e) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot use object '%s': the locale of this process has no such file names"
              .formatted(location(key)),
          "Set LC_ALL=C.UTF-8 for the driver and the executors.",
          e);
    }
  }

  private boolean staysInside(Path link) {
    try {
      return link.toRealPath().startsWith(path().toRealPath());
    } catch (IOException leadsNowhere) {
      return false;
    }
  }

  /**
   * Runs an action that needs a folder, which is made if it is missing. The action must be safe to
   * run again.
   */
  <T> T within(Path parent, Action<T> action) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        makeFolder(parent);
        return action.run();
      } catch (NoSuchFileException removedMeanwhile) {
        if (attempt == ATTEMPTS) {
          throw removedMeanwhile;
        }
      }
    }
  }

  private static void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    makeFolder(folder.getParent());
    try {
      Files.createDirectory(folder);
      force(folder.getParent());
    } catch (FileAlreadyExistsException madeMeanwhile) {
      // Never let this one out: a caller would take it for "the object exists".
      if (Files.isRegularFile(folder)) {
        throw new NotDirectoryException(folder.toString());
      }
      if (!Files.isDirectory(folder)) {
        throw new NoSuchFileException(folder.toString(), null, "made and removed meanwhile");
      }
    }
  }

  /**
   * Makes a folder's entries durable: a synced file whose name is lost in a power failure is lost.
   */
  static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Removes folders that a deletion left empty, up to the root: a flat map has no empty folders.
   */
  void pruneAbove(Path deleted) throws IOException {
    for (Path parent = deleted.getParent(); !parent.equals(path()); parent = parent.getParent()) {
      if (Files.isSymbolicLink(parent)) {
        return;
      }
      try {
        Files.deleteIfExists(parent);
      } catch (DirectoryNotEmptyException inUse) {
        return;
      }
    }
  }
}
