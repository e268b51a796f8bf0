package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.format.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restores in processes of their own, killed where they hurt: the same words again finish the work
 * (promises 3 and 9).
 */
@Timeout(3600)
class RestoreKillIT {
  private static final boolean FULL = Boolean.getBoolean("bcn.full");
  private static final int TABLES = FULL ? 40 : 20;
  private static final int ROUNDS = FULL ? 6 : 1;

  @TempDir Path temp;

  private final long seed = Long.getLong("bcn.seed", System.nanoTime());
  private Lake source;
  private Path repository;

  @Test
  void aRestoreThatWasKilledIsFinishedByTheSameWords() {
    source = Lake.jdbc(temp.resolve("source"));
    repository = temp.resolve("repo");
    makeTables();
    Bcn bcn = Bcn.at(repository);
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Map<String, Contents> then = someOf(source, pointers(source));
    for (int round = 0; round < ROUNDS; round++) {
      Lake target = Lake.jdbc(temp.resolve("target-" + round));
      target.sql("CREATE NAMESPACE @.db");
      int some = 1 + round * 3;

      // A sample does one of the two: a process takes half a minute.
      boolean whenPlaced = new Random(seed).nextBoolean();
      if (FULL || whenPlaced) {
        say("placed", kill(target, () -> metadataFiles(target) > 0));
        assertThat(pointers(target)).as("nothing is registered before all is placed").isEmpty();
      }
      if (FULL || !whenPlaced) {
        say("registered", kill(target, () -> pointers(target).size() >= some));
        Contents.assertEqual(someOf(target, pointers(target)), someOf(source, pointers(target)));
      }

      // The same words, and what the dead ones had registered is recognised and left alone.
      Map<String, String> early = pointers(target);
      JsonNode last = BcnProcess.json(restore(target));
      assertThat(last.path("skipped")).hasSize(early.size());
      assertThat(last.path("tables")).hasSize(TABLES - early.size());
      assertThat(pointers(target)).containsAllEntriesOf(early).hasSize(TABLES);
      Contents.assertEqual(someOf(target, pointers(target)), then);

      changeAll(target);
      Map<String, String> changed = pointers(target);
      int replaced =
          kill(target, () -> differing(changed, target) >= some, "--if-exists", "replace");
      say("replaced", replaced);
      int gaveWay = differing(changed, target);
      JsonNode end = BcnProcess.json(restore(target, "--if-exists", "replace"));
      assertThat(end.path("skipped")).hasSize(gaveWay);
      assertThat(end.path("replaced")).hasSize(TABLES - gaveWay);
      Contents.assertEqual(someOf(target, pointers(target)), then);
      assertAsRestored(target);
    }
  }

  private void makeTables() {
    source.sql("CREATE NAMESPACE @.db");
    for (int i = 0; i < TABLES; i++) {
      source.sql("CREATE TABLE @.db.t%d (id BIGINT) USING iceberg".formatted(i));
    }
    source.sql("INSERT INTO @.db.t0 VALUES (1)", "INSERT INTO @.db.t1 VALUES (2)");
  }

  private static void changeAll(Lake lake) {
    for (int i = 0; i < TABLES; i++) {
      table(lake, i).updateProperties().set("later", "yes").commit();
    }
    lake.sql("INSERT INTO @.db.t0 VALUES (-1)");
  }

  private ChildJvm restore(Lake target, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "restore",
                "--repo",
                repository.toString(),
                "--target-catalog",
                target.catalog(),
                "--json"));
    words.addAll(List.of(more));
    return BcnProcess.local(target, words.toArray(String[]::new));
  }

  /** Kills a restore as soon as that is true; returns how many tables the catalog has then. */
  private int kill(Lake target, BooleanSupplier moment, String... more) {
    try (ChildJvm restore = restore(target, more)) {
      while (restore.isAlive() && !moment.getAsBoolean()) {
        // Looking takes a core from it, so most looks are where it matters.
        pause(restore.errSoFar().contains("Registering") ? 0 : 15);
      }
      assertThat(restore.isAlive()).as("it was fast: more tables are needed").isTrue();
      restore.kill();
      BcnProcess.assertNoStackTrace(restore.ended().err());
    }
    return pointers(target).size();
  }

  /** What can be read of those with rows, and of one without, if they are there: it takes long. */
  private static Map<String, Contents> someOf(Lake lake, Map<String, String> there) {
    Map<String, Contents> contents = new TreeMap<>();
    Stream.of("t0", "t1", "t2")
        .filter(there::containsKey)
        .forEach(table -> contents.put(table, Contents.of(lake, "db." + table)));
    return contents;
  }

  /** Every table can be loaded, and none has what came later. */
  private static void assertAsRestored(Lake lake) {
    for (int i = 0; i < TABLES; i++) {
      assertThat(table(lake, i).properties()).doesNotContainKey("later");
    }
  }

  private static Table table(Lake lake, int number) {
    try {
      return Spark3Util.loadIcebergTable(
          SharedSpark.session(), "%s.db.t%d".formatted(lake.catalog(), number));
    } catch (NoSuchTableException | ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int differing(Map<String, String> before, Lake lake) {
    Map<String, String> now = pointers(lake);
    now.entrySet().removeAll(before.entrySet());
    return now.size();
  }

  /** What the catalog points at, by table: from its database, for the processes write it. */
  private static Map<String, String> pointers(Lake lake) {
    Map<String, String> pointers = new TreeMap<>();
    String file = lake.warehouse().resolveSibling("catalog.db").toString();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT table_name, metadata_location FROM iceberg_tables")) {
      while (rows.next()) {
        pointers.put(rows.getString(1), rows.getString(2));
      }
      return pointers;
    } catch (SQLException busy) {
      return pointers;
    }
  }

  private static long metadataFiles(Lake lake) {
    if (!Files.isDirectory(lake.warehouse())) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(lake.warehouse())) {
      return files.filter(file -> file.toString().endsWith(".metadata.json")).count();
    } catch (IOException | UncheckedIOException changing) {
      return 0;
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void say(String what, int tables) {
    System.out.printf(
        "RestoreKillIT: killed when %s, with %d tables in the catalog, -Dbcn.seed=%d%n",
        what, tables, seed);
  }
}
