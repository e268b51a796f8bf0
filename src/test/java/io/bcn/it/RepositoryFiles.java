package io.bcn.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bcn.backup.BackupSummary;
import io.bcn.format.PitManifest;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A repository on disk as anybody can look at it: files, and JSON by its keys. */
record RepositoryFiles(Path root) {
  private static final JsonMapper JSON = new JsonMapper();

  Bcn bcn() {
    return Bcn.at(root);
  }

  PitManifest manifest(BackupSummary summary) {
    return committed(summary).manifest();
  }

  CommittedPit committed(BackupSummary summary) {
    return Repository.open(bcn().storage()).find(summary.pit().orElseThrow()).orElseThrow();
  }

  JsonNode json(String path) {
    try {
      return JSON.readTree(root.resolve(path).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The PIT manifest of the backup, as JSON. */
  JsonNode pitJson(BackupSummary summary) {
    return json(
        "catalogs/%s/pit_manifests/%s/manifest.json"
            .formatted(
                Repository.open(bcn().storage()).scope().catalog(), summary.pit().orElseThrow()));
  }

  /** Relative paths of all files. */
  SortedSet<String> all() {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Relative paths of the stored files of tables. */
  SortedSet<String> objects() {
    return all().stream()
        .filter(file -> file.contains("/objects/"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
