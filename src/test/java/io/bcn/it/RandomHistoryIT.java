package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A catalog lives through random work, with a backup now and then: every PIT says what became of
 * each table, and gives back what there was.
 *
 * <p>{@code -Dbcn.seed=N} repeats a run, {@code -Dbcn.operations=N} makes a longer one.
 */
class RandomHistoryIT {
  private static final int OPERATIONS = Integer.getInteger("bcn.operations", 60);
  private static final int BETWEEN_BACKUPS = 15;

  @TempDir Path temp;

  private record Moment(
      PitId pit,
      Map<String, Integer> tables,
      Set<String> databases,
      Map<String, Contents> contents) {}

  @Test
  void everyPitOfARandomHistoryIsRestoredAsItWas() {
    long seed = Long.getLong("bcn.seed", new Random().nextLong());
    System.out.printf("RandomHistoryIT: -Dbcn.seed=%d -Dbcn.operations=%d%n", seed, OPERATIONS);
    Lake source = Lake.jdbc(temp.resolve("source"));
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    RandomHistory history = new RandomHistory(source, seed);
    List<Moment> moments = new ArrayList<>();
    try {
      for (int done = 0; done < OPERATIONS; done += BETWEEN_BACKUPS) {
        for (int i = 0; i < BETWEEN_BACKUPS; i++) {
          history.step();
        }
        BackupSummary summary =
            moments.isEmpty() ? bcn.backup(Scope.ofCatalog(source.catalog())) : bcn.backup();
        Moment now =
            new Moment(
                summary.pit().orElseThrow(),
                history.tables(),
                history.databases(),
                Contents.ofAll(source));
        assertThat(now.contents().keySet()).isEqualTo(now.tables().keySet());
        assertThat(summary.failures()).isEmpty();
        if (!moments.isEmpty()) {
          assertTellsWhatBecameOf(moments.get(moments.size() - 1), now, summary);
        }
        moments.add(now);
      }
      source.vanish();
      for (Moment moment : moments) {
        assertRestores(bcn, moment, source);
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed %d, after:%n%s".formatted(seed, history.script()), e);
    }
  }

  private static void assertTellsWhatBecameOf(Moment before, Moment now, BackupSummary summary) {
    Map<Integer, String> nameNow = new HashMap<>();
    now.tables().forEach((name, identity) -> nameNow.put(identity, name));
    TreeSet<String> gone = new TreeSet<>();
    TreeSet<String> renamed = new TreeSet<>();
    before
        .tables()
        .forEach(
            (name, identity) -> {
              String later = nameNow.get(identity);
              if (later == null) {
                gone.add(name);
              } else if (!later.equals(name)) {
                renamed.add(name + " -> " + later);
              }
            });
    TreeSet<String> goneDatabases = new TreeSet<>(before.databases());
    goneDatabases.removeAll(now.databases());
    assertThat(summary.tables().deleted().stream().map(Object::toString))
        .as("deleted")
        .containsExactlyElementsOf(gone);
    assertThat(summary.tables().renamed().stream().map(r -> r.from() + " -> " + r.to()))
        .as("renamed")
        .containsExactlyInAnyOrderElementsOf(renamed);
    assertThat(summary.tables().deletedDatabases().stream().map(Object::toString))
        .as("deleted databases")
        .containsExactlyElementsOf(goneDatabases);
  }

  private void assertRestores(Bcn bcn, Moment moment, Lake source) {
    Lake target = Lake.jdbc(temp.resolve("restored-" + moment.pit()));
    bcn.restoreAll(moment.pit().toString(), target);
    Contents.assertEqual(Contents.ofAll(target), moment.contents());
    assertThat(
            target.query("SHOW NAMESPACES IN @").collectAsList().stream()
                .map(row -> row.getString(0)))
        .containsExactlyInAnyOrderElementsOf(moment.databases());
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }
}
