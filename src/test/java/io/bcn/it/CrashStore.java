package io.bcn.it;

import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.storage.ObjectStat;
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
import org.junit.jupiter.api.Assumptions;

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
  },
  S3 {
    @Override
    Storage open(Path temp) {
      Assumptions.assumeTrue(S3Server.canRun(), S3Server.WHY_NOT);
      return S3Place.ofServer().storage("s3", "repo");
    }

    @Override
    Storage copy(Storage storage, Path temp) {
      Storage copy = open(temp);
      objects(storage).forEach(key -> copy.create(key, storage.read(key).orElseThrow()));
      return copy;
    }

    @Override
    void drop(Storage storage) {
      objects(storage).forEach(storage::delete);
    }

    private static List<ObjectKey> objects(Storage storage) {
      try (Stream<ObjectStat> objects = storage.list(Layout.catalogs())) {
        return Stream.concat(
                objects.map(ObjectStat::key),
                storage.stat(Layout.repositoryManifest()).map(ObjectStat::key).stream())
            .toList();
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
