package io.bcn.it;

import io.bcn.format.PitId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What one backup leaves in a repository on its way, looked at from another process. */
final class Trail {
  private static final Pattern CLAIM_OF =
      Pattern.compile("pit_manifests/([^/]+)/(\\.in_progress|manifest\\.json)");

  private final Path catalog;
  private final Set<PitId> before;

  private Trail(Path catalog, Set<PitId> before) {
    this.catalog = catalog;
    this.before = before;
  }

  /** In the order in which they come. */
  enum Mark {
    CLAIM("pit_manifests/<pit>/\\.in_progress"),
    OBJECT(".*/<pit>/objects/.*"),
    INVENTORY_PART(".*/<pit>/inventory/part.*"),
    TABLE_STATE(".*/<pit>/table_state\\.json"),
    COMMIT("pit_manifests/<pit>/manifest\\.json");

    private final String pattern;

    Mark(String pattern) {
      this.pattern = pattern;
    }

    private boolean isIn(Set<String> files, PitId pit) {
      Pattern ofPit = Pattern.compile(pattern.replace("<pit>", Pattern.quote(pit.toString())));
      return files.stream().anyMatch(file -> ofPit.matcher(file).matches());
    }
  }

  /**
   * The trail of the first backup that begins after this.
   *
   * @param catalog the catalog's folder in the repository
   */
  static Trail ofNextBackup(Path catalog) {
    return new Trail(catalog, pits(catalog));
  }

  /** Ids of all PITs, committed, abandoned or begun. */
  static Set<PitId> pits(Path catalog) {
    return pits(files(catalog));
  }

  /** Whether the mark, or one that comes after it, is there. */
  boolean has(Mark mark) {
    return end().filter(end -> end.compareTo(mark) >= 0).isPresent();
  }

  /** The last mark. */
  Optional<Mark> end() {
    Set<String> files = files(catalog);
    Set<PitId> begun = pits(files);
    begun.removeAll(before);
    return begun.stream()
        .flatMap(pit -> Stream.of(Mark.values()).filter(mark -> mark.isIn(files, pit)))
        .reduce((earlier, later) -> later);
  }

  private static Set<PitId> pits(Set<String> files) {
    return files.stream()
        .map(CLAIM_OF::matcher)
        .filter(Matcher::matches)
        .map(matcher -> PitId.parse(matcher.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> files(Path folder) {
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> found = files.toList();
      return found.stream()
          .map(file -> folder.relativize(file).toString())
          .collect(Collectors.toSet());
    } catch (UncheckedIOException | IOException goneMeanwhile) {
      // The backup removes files while we look: look again.
      return files(folder);
    }
  }
}
