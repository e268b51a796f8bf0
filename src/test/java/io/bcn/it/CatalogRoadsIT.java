package io.bcn.it;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every road from a kind of catalog to a kind of catalog: backup, incremental backup, source gone,
 * restore, compare. By default each kind to the next one, so that each is source and target once;
 * all roads with {@code -Dbcn.full=true}.
 */
class CatalogRoadsIT {
  @TempDir Path temp;

  @TestFactory
  Stream<DynamicContainer> everyRoad() {
    return Arrays.stream(CatalogKind.values())
        .filter(from -> Arrays.stream(CatalogKind.values()).anyMatch(to -> isRun(from, to)))
        .map(from -> DynamicContainer.dynamicContainer("from " + from, roads(from)));
  }

  private Stream<DynamicTest> roads(CatalogKind from) {
    CatalogStory story = new CatalogStory(from, temp.resolve(from.name()));
    Stream<DynamicTest> backups =
        Stream.of(DynamicTest.dynamicTest("backup of " + from, () -> backUp(story, from)));
    return Stream.concat(
        backups,
        Arrays.stream(CatalogKind.values())
            .filter(to -> isRun(from, to))
            .map(to -> DynamicTest.dynamicTest(from + " → " + to, () -> restore(story, from, to))));
  }

  /** {@code -Dbcn.roads=HIVE-.*} runs those that match. */
  private static boolean isRun(CatalogKind from, CatalogKind to) {
    String wanted = System.getProperty("bcn.roads", "");
    if (!wanted.isEmpty()) {
      return (from + "-" + to).matches(wanted);
    }
    List<CatalogKind> kinds = List.of(CatalogKind.values());
    CatalogKind next = kinds.get((kinds.indexOf(from) + 1) % kinds.size());
    return to == next || Boolean.getBoolean("bcn.full");
  }

  private void backUp(CatalogStory story, CatalogKind kind) {
    kind.assumeAvailable();
    story.backUpTwice(kind.lake(temp.resolve(kind.name()).resolve("source")));
  }

  private void restore(CatalogStory story, CatalogKind from, CatalogKind to) {
    from.assumeAvailable();
    to.assumeAvailable();
    story.restoreInto(to, to.lake(temp.resolve(from.name()).resolve("to-" + to)));
  }
}
