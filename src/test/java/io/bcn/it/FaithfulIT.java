package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.format.Scope;
import io.bcn.it.Features.Bench;
import io.bcn.it.Features.By;
import io.bcn.it.Features.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that Iceberg allows, written by Spark SQL and by Iceberg's Java API: one lake, two
 * PITs, the source moved away, one restore of each PIT into another catalog, one test a table. What
 * is no matter of the writer is done by one, and by both with {@code -Dbcn.full=true}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaithfulIT {
  private static final boolean FULL = Boolean.getBoolean("bcn.full");

  private Path source;
  private Path gone;
  private Lake target;
  private Lake earlier;
  private final Map<String, Made> made = new LinkedHashMap<>();

  /** A table of the source as it was at one of the PITs. */
  private record Moment(String pointer, Readings readings, List<String> now) {
    static Moment of(Lake lake, String table) {
      return new Moment(lake.pointer(table), Readings.of(lake.load(table)), now(lake, table));
    }

    /** Through Spark. */
    static List<String> now(Lake lake, String table) {
      return lake.query("SELECT * FROM @." + table).collectAsList().stream()
          .map(Row::toString)
          .sorted()
          .toList();
    }
  }

  /**
   * @param moments at the second PIT, and where the table changed after it, at the first
   */
  private record Made(Feature feature, List<Moment> moments) {}

  @BeforeAll
  void backUpMoveAwayAndRestore(@TempDir Path temp) throws IOException {
    source = temp.resolve("source");
    gone = temp.resolve("gone");
    Lake lake = Lake.jdbc(source);
    List<TableWriter> writers = List.of(new SqlTables(lake), new JavaTables(lake.iceberg()));
    writers.forEach(writer -> lake.sql("CREATE NAMESPACE @." + writer.name()));
    Map<String, Bench> benches = new LinkedHashMap<>();
    for (TableWriter writer : writers) {
      for (Feature feature : Features.all()) {
        if (feature.by() == By.THE_API && writer != writers.get(1) && !FULL) {
          continue;
        }
        String table =
            writer.name()
                + "."
                + feature.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        Bench bench = new Bench(lake, writer, table, source.resolve("outside"));
        feature.make().accept(bench);
        benches.put(table, bench);
        made.put(table, new Made(feature, new ArrayList<>()));
      }
    }
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    BackupSummary first = bcn.backup(Scope.ofCatalog(lake.catalog()));
    assertThat(first.failures()).isEmpty();
    changedBetweenPits().forEach(table -> made.get(table).moments().add(Moment.of(lake, table)));
    benches.forEach((table, bench) -> made.get(table).feature().then().accept(bench));
    BackupSummary second = bcn.backup();
    assertThat(second.failures()).isEmpty();
    made.forEach((table, one) -> one.moments().add(0, Moment.of(lake, table)));
    Files.move(source, gone);
    target = Lake.jdbc(temp.resolve("a place with a longer name + (copy)=1"));
    bcn.restoreAll(second.pit().orElseThrow().toString(), target);
    earlier = Lake.jdbc(temp.resolve("e"));
    bcn.restore(
        first.pit().orElseThrow().toString(),
        Selected.tables(changedBetweenPits().toArray(String[]::new)),
        Bcn.to(earlier));
  }

  Stream<String> tables() {
    return made.keySet().stream();
  }

  Stream<String> changedBetweenPits() {
    return tables().filter(table -> made.get(table).feature().name().endsWith("between PITs"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tables")
  void isTheSameInAnotherPlace(String table) {
    Table restored = target.load(table);
    Moment was = made.get(table).moments().get(0);
    assertReadsAs(was, target, table);
    SameButForPlaces.of(source, gone, restored.location())
        .assertTable(was.pointer(), TableUtil.metadataFileLocation(restored));
    FilesOfTable.assertWhole(restored, source);
    made.get(table).feature().shows().accept(restored);
    assertLifeGoesOn(target, table);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changedBetweenPits")
  void isAsItWasAtTheEarlierPit(String table) {
    assertReadsAs(made.get(table).moments().get(1), earlier, table);
    FilesOfTable.assertWhole(earlier.load(table), source);
  }

  private static void assertReadsAs(Moment was, Lake restored, String table) {
    assertThat(Readings.of(restored.load(table)))
        .as("rows of every snapshot")
        .isEqualTo(was.readings());
    assertThat(Moment.now(restored, table)).as("rows through Spark").isEqualTo(was.now());
  }

  private void assertLifeGoesOn(Lake restored, String table) {
    Table before = restored.load(table);
    long nextRowId = ((BaseTable) before).operations().current().nextRowId();
    int rows = Readings.ids(before).size();
    TableWriter writer = new JavaTables(restored.iceberg());

    writer.append(table, "new", 1000, 1004);
    writer.delete(table, 1001);

    Table after = restored.load(table);
    assertThat(Readings.ids(after)).hasSize(rows + 4);
    FilesOfTable.assertWhole(after, source);
    if (TableUtil.formatVersion(after) == 3) {
      assertThat(((BaseTable) after).operations().current().nextRowId()).isEqualTo(nextRowId + 5);
      Snapshot append = after.snapshot(after.currentSnapshot().parentId());
      assertThat(append.firstRowId()).isEqualTo(nextRowId);
    }
  }
}
