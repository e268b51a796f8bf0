package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.format.Scope;
import io.bcn.it.Features.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables with random combinations of what Iceberg allows, by its Java API: one backup, the source
 * moved away, one restore elsewhere; each compared by its rows, its metadata field by field, and
 * its files.
 *
 * <p>{@code -Dbcn.seed=N} repeats a run; {@code -Dbcn.full=true} makes 500 tables. Table {@code i}
 * is made from the seed {@code N + i}.
 */
class RandomTablesIT {
  private static final int TABLES = Boolean.getBoolean("bcn.full") ? 500 : 24;

  private record Made(RandomTable life, String pointer, Readings readings) {}

  @Test
  void everyRandomTableIsTheSameInAnotherPlace(@TempDir Path temp) throws IOException {
    long seed = Long.getLong("bcn.seed", new Random().nextInt());
    Instant start = Instant.now();
    System.out.printf("RandomTablesIT: -Dbcn.seed=%d, %d tables%n", seed, TABLES);
    Path source = temp.resolve("source");
    Lake lake = Lake.jdbc(source);
    lake.sql("CREATE NAMESPACE @.random");
    Map<String, Made> made = new LinkedHashMap<>();
    for (int i = 0; i < TABLES; i++) {
      String table = "random.t" + i;
      made.put(table, make(lake, table, source.resolve("outside"), seed + i));
    }
    say("made", start);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    BackupSummary summary = bcn.backup(Scope.ofCatalog(lake.catalog()));
    assertThat(summary.failures()).isEmpty();
    say("backed up", start);
    Files.move(source, temp.resolve("gone"));
    Lake target = Lake.jdbc(temp.resolve("a target whose name is longer"));
    bcn.restoreAll("latest", target);
    say("restored", start);

    Map<String, Throwable> different = new TreeMap<>();
    made.forEach(
        (name, one) -> {
          try {
            assertSame(target.load(name), one, source, temp.resolve("gone"));
          } catch (AssertionError | RuntimeException e) {
            different.put("seed %d: %s".formatted(seed, one.life().script()), e);
          }
        });
    say("compared", start);
    assertThat(different).isEmpty();
  }

  private static Made make(Lake lake, String table, Path outside, long seed) {
    RandomTable life =
        new RandomTable(new Bench(lake, new JavaTables(lake.iceberg()), table, outside), seed);
    try {
      life.live();
      return new Made(life, lake.pointer(table), Readings.of(lake.load(table)));
    } catch (RuntimeException e) {
      throw new IllegalStateException("%s, seed %d: %s".formatted(table, seed, life.script()), e);
    }
  }

  private static void assertSame(Table restored, Made made, Path source, Path gone) {
    assertThat(Readings.of(restored)).as("rows of every snapshot").isEqualTo(made.readings());
    SameButForPlaces.of(source, gone, restored.location())
        .assertTable(made.pointer(), TableUtil.metadataFileLocation(restored));
    FilesOfTable.assertWhole(restored, source);
  }

  private static void say(String what, Instant start) {
    System.out.printf(
        "RandomTablesIT: %s after %d s%n",
        what, Duration.between(start, Instant.now()).toSeconds());
  }
}
