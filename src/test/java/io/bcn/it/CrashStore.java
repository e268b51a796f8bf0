package io.bcn.it;

import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** A real store in which tests let verbs die. */
enum CrashStore {
  LOCAL_DISK {
    @Override
    Storage open(Path temp) {
      return at(temp.resolve("repo-" + UUID.randomUUID()));
    }

    @Override
    Storage copy(Storage storage, Path temp) {
      Path from = Path.of(storage.root());
      Path to = temp.resolve("repo-" + UUID.randomUUID());
      for (Path file : walk(from)) {
        try {
          Path copy = to.resolve(from.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          if (Files.isRegularFile(file)) {
            Files.copy(file, copy);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return at(to);
    }

    @Override
    void drop(Storage storage) {
      for (Path file :
          walk(Path.of(storage.root())).stream().sorted(Comparator.reverseOrder()).toList()) {
        try {
          Files.delete(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  };

  /** A new, empty place for a repository. */
  abstract Storage open(Path temp);

  /** All of its objects, in a new place. */
  abstract Storage copy(Storage storage, Path temp);

  /** Removes a copy: a full run makes hundreds. */
  abstract void drop(Storage storage);

  private static Storage at(Path folder) {
    return StorageLocation.parse(folder.toString()).open(Map.of());
  }

  private static List<Path> walk(Path folder) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
