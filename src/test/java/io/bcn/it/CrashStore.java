package io.bcn.it;

import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import java.nio.file.Path;
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
      String folder = temp.resolve("repo-" + UUID.randomUUID()).toString();
      return StorageLocation.parse(folder).open(Map.of());
    }
  },
  S3 {
    @Override
    Storage open(Path temp) {
      Assumptions.assumeTrue(S3Server.canRun(), S3Server.WHY_NOT);
      return S3Place.ofServer().storage("s3", "repo");
    }
  };

  /** {@code -Dbcn.stores=S3} tries those that match only. */
  boolean isWanted() {
    return name().matches(System.getProperty("bcn.stores", ".*"));
  }

  /** A new, empty place for a repository. */
  abstract Storage open(Path temp);

  /** All objects of a storage of any kind, in a new place here. */
  Storage copy(Storage storage, Path temp) {
    Storage copy = open(temp);
    objects(storage).forEach(key -> copy.create(key, storage.read(key).orElseThrow()));
    return copy;
  }

  /** Removes a copy's objects: a full run makes hundreds. */
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
}
