package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Scope;
import io.bcn.restore.RestoreSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.TableMetadataParser;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A PIT in the place of tables that live: in their own folders, and elsewhere. */
class ReplaceIT {
  private static final String DELETES_OLD_METADATA = "write.metadata.delete-after-commit.enabled";

  @TempDir Path temp;

  /** Two tables that change, and one that becomes another table. */
  private static void begin(Lake lake) {
    lake.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.orders (id BIGINT, v STRING) USING iceberg TBLPROPERTIES"
            + " ('write.delete.mode'='merge-on-read', '%s'='true', 'write.metadata.previous-versions-max'='2')"
                .formatted(DELETES_OLD_METADATA),
        "INSERT INTO @.db.orders SELECT id, 'old' FROM range(20)",
        "DELETE FROM @.db.orders WHERE id = 3",
        "CREATE TABLE @.db.v3 (id BIGINT) USING iceberg TBLPROPERTIES"
            + " ('format-version'='3', 'write.delete.mode'='merge-on-read')",
        "INSERT INTO @.db.v3 SELECT id FROM range(20)",
        "DELETE FROM @.db.v3 WHERE id = 7",
        "ALTER TABLE @.db.v3 CREATE TAG seven",
        "CREATE TABLE @.db.other (id BIGINT) USING iceberg",
        "INSERT INTO @.db.other VALUES (4)");
  }

  private static void goOn(Lake lake) {
    lake.sql(
        "INSERT INTO @.db.orders VALUES (100, 'new')",
        "DELETE FROM @.db.orders WHERE id < 5",
        "ALTER TABLE @.db.v3 ADD COLUMN late STRING",
        "INSERT INTO @.db.v3 VALUES (200, 'x')",
        "DROP TABLE @.db.other",
        // A Hive metastore lets an INT become the PIT's BIGINT, and not a STRING.
        "CREATE TABLE @.db.other (name INT) USING iceberg",
        "INSERT INTO @.db.other VALUES (17)");
  }

  /** One for each way to swap; all kinds in the full run. */
  private static Stream<CatalogKind> kinds() {
    return Boolean.getBoolean("bcn.full")
        ? Stream.of(CatalogKind.values())
        : Stream.of(CatalogKind.HADOOP, CatalogKind.SQLITE, CatalogKind.HIVE, CatalogKind.REST);
  }

  private Lake replaceable(CatalogKind kind) {
    Path folder = temp.resolve("lake");
    return kind == CatalogKind.REST
        ? Lake.rest(folder, Map.of("overwrites", "true"))
        : kind.lake(folder);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aPitTakesThePlaceOfLaterStatesAndCanBeUndone(CatalogKind kind) throws IOException {
    kind.assumeAvailable();
    Lake lake = replaceable(kind);
    begin(lake);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(lake.catalog()));
    Map<String, Contents> then = Contents.ofAll(lake);
    Map<String, String> uuids = uuids(lake, then.keySet().stream().toList());
    goOn(lake);
    Map<String, Contents> later = Contents.ofAll(lake);
    FilesSeen before = FilesSeen.below(lake.warehouse());
    Restoring restoring = Restoring.of(bcn, "latest", lake);

    // Unless it is told to replace, nothing is touched, nor by a plan.
    assertThatThrownBy(restoring::run)
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot restore into catalog '%s': 3 of the tables are there already: db.orders, db.other, db.v3"
                .formatted(lake.catalog()));
    RestoreSummary plan = restoring.replacing().plan();
    before.assertSame(lake.warehouse());
    assertThat(plan.replaced())
        .extracting(table -> table.target().toString())
        .containsExactlyInAnyOrder("db.orders", "db.v3", "db.other");
    RestoreSummary.Replaced orders = replaced(plan, "db.orders");
    assertThat(orders.previousMetadataLocation()).isEqualTo(lake.pointer("db.orders"));
    assertThat(orders.lostSnapshots())
        .containsExactlyInAnyOrderElementsOf(snapshotsBeyond(later, then, "db.orders"))
        .hasSize(2);

    RestoreSummary summary = restoring.replacing().run();

    assertThat(summary.failures()).isEmpty();
    assertThat(summary.replaced()).hasSize(3);
    Contents.assertEqual(Contents.ofAll(lake), then);
    assertThat(uuids(lake, then.keySet().stream().toList())).isEqualTo(uuids);
    // Files that the later states use are never written; those of the deleted table are back.
    before.assertUntouchedBut("version-hint.text");
    assertThat(lake.query("SHOW TBLPROPERTIES @.db.orders").collectAsList())
        .extracting(Row::toString)
        .contains(
            "[%s,true]".formatted(DELETES_OLD_METADATA),
            "[bcn.replaced-metadata,%s]".formatted(orders.previousMetadataLocation()));

    // The same words again: nothing is left to do.
    FilesSeen done = FilesSeen.below(lake.warehouse());
    RestoreSummary again = restoring.replacing().run();
    assertThat(again.replaced()).isEmpty();
    assertThat(again.skipped()).hasToString("[db.orders, db.other, db.v3]");
    // Nothing is written again, and nothing comes but earlier metadata files that the PIT has and
    // the table's own setting had removed.
    done.assertUntouchedBut();
    assertThat(FilesSeen.below(lake.warehouse()).files().keySet())
        .filteredOn(file -> !done.files().containsKey(file))
        .allSatisfy(file -> assertThat(file.toString()).contains(".metadata.json"));

    // History goes on, and the table that gave way comes back by the words that were printed.
    lake.sql("INSERT INTO @.db.v3 VALUES (300)");
    assertThat(Contents.of(lake, "db.v3").rows().get("now")).hasSize(20).contains("[300]");
    undo(kind, lake, replaced(summary, "db.orders"));
    assertThat(Contents.of(lake, "db.orders")).isEqualTo(later.get("db.orders"));
    lake.sql("INSERT INTO @.db.orders VALUES (400, 'after the undo')");
  }

  @Test
  void inPlaceOnlyWhatIsMissingOrDamagedIsCopied() throws IOException {
    Lake lake = Lake.jdbc(temp.resolve("lake"));
    lake.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.orders (id BIGINT, v STRING) USING iceberg",
        "INSERT INTO @.db.orders SELECT id, 'old' FROM range(20)",
        "CREATE TABLE @.db.same (id BIGINT) USING iceberg",
        "INSERT INTO @.db.same VALUES (1), (2)",
        "INSERT INTO @.db.same VALUES (3)");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(lake.catalog()));
    Map<String, Contents> then = Contents.ofAll(lake);
    lake.sql("INSERT INTO @.db.orders VALUES (100, 'new')");
    List<Path> same = dataFiles(lake, "same");
    List<Path> orders = dataFiles(lake, "orders");
    Files.delete(same.get(0));
    byte[] bytes = Files.readAllBytes(same.get(1));
    bytes[bytes.length / 2] ^= 1;
    Files.write(same.get(1), bytes);
    Files.write(orders.get(0), new byte[] {1, 2, 3});
    FilesSeen before = FilesSeen.below(lake.warehouse());

    RestoreSummary summary = Restoring.of(bcn, "latest", lake).replacing().run();

    assertThat(summary.replaced()).hasSize(1);
    Contents.assertEqual(Contents.ofAll(lake), then);
    before.assertUntouchedBut(name(same.get(0)), name(same.get(1)), name(orders.get(0)));
  }

  @Test
  void elsewhereAReplacedTableKeepsItsUuidAndGetsAFolderThatNothingUses() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    begin(source);
    source.sql("CREATE TABLE @.db.same (id BIGINT) USING iceberg");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));
    // The kind of catalog that lets a table lie at one place only.
    Lake target = Lake.hadoop(temp.resolve("target"));
    Restoring.of(bcn, "latest", target).run();
    target.sql("INSERT INTO @.db.orders VALUES (-1, 'the target')");
    goOn(source);
    bcn.backup();
    Map<String, Contents> then = Contents.ofAll(source);
    source.vanish();
    Map<String, Contents> ofTarget = Contents.ofAll(target);
    String location = location(target, "db.orders");
    String uuid = target.uuid("db.orders");
    FilesSeen before = FilesSeen.below(target.warehouse());

    RestoreSummary summary = Restoring.of(bcn, "latest", target).replacing().run();

    Contents.assertEqual(Contents.ofAll(target), then);
    assertThat(summary.replaced()).hasSize(3);
    // The one that has not changed since is as the first restore left it.
    assertThat(summary.skipped()).hasToString("[db.same]");
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
    before.assertUntouchedBut("version-hint.text");
    assertThat(location(target, "db.orders")).isEqualTo(location);
    assertThat(target.uuid("db.orders")).isEqualTo(uuid);
    FilesSeen done = FilesSeen.below(target.warehouse());
    assertThat(Restoring.of(bcn, "latest", target).replacing().run().replaced()).isEmpty();
    done.assertSame(target.warehouse());
    target.sql("INSERT INTO @.db.orders VALUES (1, 'goes on')");

    // Another UUID takes the place too; and the oldest PIT comes back over all of it.
    RestoreSummary kept =
        Restoring.of(bcn, first.pit().orElseThrow(), target)
            .only("db.orders")
            .keepingUuids()
            .replacing()
            .run();
    assertThat(kept.replaced()).hasSize(1);
    assertThat(target.uuid("db.orders")).isNotEqualTo(uuid);
    assertThat(Contents.of(target, "db.orders").rows().get("now"))
        .hasSize(19)
        .doesNotContain("[-1,the target]");
    target.sql("INSERT INTO @.db.orders VALUES (1, 'goes on')");
    assertThat(ofTarget.get("db.orders").rows().get("now")).contains("[-1,the target]");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aCommitBetweenPlanAndSwapSurvivesAndTheOtherTablesGoOn(CatalogKind kind) {
    kind.assumeAvailable();
    Lake lake = replaceable(kind);
    lake.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.a (id BIGINT) USING iceberg",
        "INSERT INTO @.db.a VALUES (1)",
        "CREATE TABLE @.db.b (id BIGINT) USING iceberg",
        "INSERT INTO @.db.b VALUES (1)",
        "CREATE TABLE @.db.c (id BIGINT) USING iceberg");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(lake.catalog()));
    lake.sql("INSERT INTO @.db.a VALUES (2)", "INSERT INTO @.db.b VALUES (2)", "DROP TABLE @.db.c");
    AtomicInteger commits = new AtomicInteger();

    RestoreSummary summary =
        Restoring.of(bcn, "latest", lake)
            .replacing()
            .run(
                step -> {
                  if (step.startsWith("Registering") && commits.getAndIncrement() == 0) {
                    lake.sql(
                        "INSERT INTO @.db.a VALUES (3)",
                        "CREATE TABLE @.db.c (x INT) USING iceberg");
                  }
                });

    assertThat(summary.failures())
        .extracting(failure -> failure.target() + " " + failure.code() + " " + failure.message())
        .containsExactly(
            "db.a TARGET_CHANGED Cannot replace table 'db.a': somebody has changed it since the restore looked at it",
            "db.c TARGET_EXISTS Cannot create table 'db.c': it exists");
    assertThat(summary.replaced())
        .extracting(table -> table.target().toString())
        .containsExactly("db.b");
    assertThat(Contents.of(lake, "db.a").rows().get("now")).containsExactly("[1]", "[2]", "[3]");
    assertThat(Contents.of(lake, "db.b").rows().get("now")).containsExactly("[1]");
    assertThat(lake.query("SELECT * FROM @.db.c").columns()).containsExactly("x");

    // Looked at again, it can be replaced.
    assertThat(Restoring.of(bcn, "latest", lake).replacing().run().failures()).isEmpty();
    assertThat(Contents.of(lake, "db.a").rows().get("now")).containsExactly("[1]");
  }

  /** A Hive metastore where columns become others, Iceberg's own REST server, and older ones. */
  @ParameterizedTest
  @ValueSource(strings = {"a Hive metastore", "", "exists", "malformed"})
  void whatACatalogRefusesToReplaceStaysAndTheOtherTablesComeBack(String way) {
    Path folder = temp.resolve("lake");
    Lake lake =
        switch (way) {
          case "a Hive metastore" -> Lake.hive(folder);
          case "" -> Lake.rest(folder);
          default -> Lake.rest(folder, Map.of("overwrites", way));
        };
    lake.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.gone (id BIGINT) USING iceberg",
        "INSERT INTO @.db.gone VALUES (1)",
        "CREATE TABLE @.db.t (id BIGINT) USING iceberg",
        "INSERT INTO @.db.t VALUES (1)");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(lake.catalog()));
    Contents gone = Contents.of(lake, "db.gone");
    lake.sql(
        "DROP TABLE @.db.gone",
        "DROP TABLE @.db.t",
        "CREATE TABLE @.db.t (name STRING) USING iceberg",
        "INSERT INTO @.db.t VALUES ('another table')");
    Contents now = Contents.of(lake, "db.t");

    RestoreSummary summary = Restoring.of(bcn, "latest", lake).replacing().run();

    assertThat(summary.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.target()).hasToString("db.t");
              assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(failure.message())
                  .startsWith(
                      "Cannot replace table 'db.t': catalog '%s' refuses that one state takes another's place ("
                          .formatted(lake.catalog()));
              assertThat(failure.hint()).contains("without PURGE", "--exclude");
            });
    assertThat(Contents.of(lake, "db.t")).isEqualTo(now);
    assertThat(Contents.of(lake, "db.gone")).isEqualTo(gone);
  }

  /** Why a REST catalog is not swapped by a commit: its client sends changes, and this has none. */
  @Test
  void aCommitOfParsedMetadataIsSilentlyNoneInARestCatalog() {
    Lake lake = Lake.rest(temp.resolve("lake"));
    lake.sql("CREATE NAMESPACE @.db", "CREATE TABLE @.db.t (id BIGINT) USING iceberg");
    String first = lake.pointer("db.t");
    lake.sql("INSERT INTO @.db.t VALUES (1)");
    BaseTable table = (BaseTable) lake.load("db.t");

    table
        .operations()
        .commit(table.operations().current(), TableMetadataParser.read(table.io(), first));

    assertThat(Contents.of(lake, "db.t").rows().get("now")).containsExactly("[1]");
  }

  @Test
  void aViewTakesThePlaceOfAViewAndNeverOfATable() {
    Lake lake = Lake.jdbc(temp.resolve("lake"));
    lake.sql(
        "CREATE NAMESPACE @.db",
        "CREATE VIEW @.db.open AS SELECT 1 AS id",
        "CREATE VIEW @.db.same AS SELECT 5 AS id",
        "CREATE TABLE @.db.t (id BIGINT) USING iceberg");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(lake.catalog()));
    lake.sql("CREATE OR REPLACE VIEW @.db.open AS SELECT 2 AS id");

    Restoring views = Restoring.of(bcn, "latest", lake).only("db.open", "db.same").replacing();

    RestoreSummary summary = views.run();

    assertThat(summary.views())
        .singleElement()
        .satisfies(view -> assertThat(view.previousMetadataLocation()).isPresent());
    assertThat(summary.skipped()).hasToString("[db.same]");
    assertThat(lake.query("SELECT * FROM @.db.open").first().get(0)).isEqualTo(1);
    assertThat(views.run().views()).isEmpty();

    lake.sql("DROP VIEW @.db.open", "CREATE TABLE @.db.open (id BIGINT) USING iceberg");
    assertThatThrownBy(() -> Restoring.of(bcn, "latest", lake).replacing().run())
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot replace views in catalog '%s': 1 of the views are tables there: db.open"
                .formatted(lake.catalog()));
    lake.sql("DROP TABLE @.db.open", "DROP TABLE @.db.t", "CREATE VIEW @.db.t AS SELECT 1 AS id");
    assertThatThrownBy(() -> Restoring.of(bcn, "latest", lake).replacing().run())
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot replace tables in catalog '%s': 1 of the tables are views there: db.t"
                .formatted(lake.catalog()));
  }

  private static RestoreSummary.Replaced replaced(RestoreSummary summary, String table) {
    return summary.replaced().stream()
        .filter(one -> one.target().toString().equals(table))
        .findFirst()
        .orElseThrow();
  }

  private static List<Long> snapshotsBeyond(
      Map<String, Contents> later, Map<String, Contents> then, String table) {
    return later.get(table).rows().keySet().stream()
        .filter(key -> key.startsWith("snapshot "))
        .filter(key -> !then.get(table).rows().containsKey(key))
        .map(key -> Long.parseLong(key.substring("snapshot ".length())))
        .toList();
  }

  private static Map<String, String> uuids(Lake lake, List<String> tables) {
    Map<String, String> uuids = new TreeMap<>();
    tables.forEach(table -> uuids.put(table, lake.uuid(table)));
    return uuids;
  }

  private static String location(Lake lake, String table) {
    return lake.query("DESCRIBE TABLE EXTENDED @." + table).collectAsList().stream()
        .filter(row -> row.getString(0).equals("Location"))
        .map(row -> row.getString(1))
        .findFirst()
        .orElseThrow();
  }

  private static List<Path> dataFiles(Lake lake, String table) throws IOException {
    try (Stream<Path> files = Files.list(lake.warehouse().resolve("db/" + table + "/data"))) {
      return files.filter(file -> name(file).matches(".*[0-9]\\.parquet")).sorted().toList();
    }
  }

  private static String name(Path file) {
    return Objects.toString(file.getFileName());
  }

  /** Does what the words say, and nothing else. */
  private static void undo(CatalogKind kind, Lake lake, RestoreSummary.Replaced table)
      throws IOException {
    if (kind != CatalogKind.HADOOP) {
      lake.sql(table.undo().split("; ", -1));
      return;
    }
    String[] words = table.undo().split("'", -1);
    assertThat(table.undo())
        .matches(
            "While nobody writes to the table, remove from '.*' the files v\\d+\\.\\* and higher, and version-hint.text");
    int first = Integer.parseInt(words[2].replaceFirst(".* v(\\d+)\\.\\*.*", "$1"));
    try (Stream<Path> files = Files.list(Path.of(words[1].replaceFirst("^file:", "")))) {
      for (Path file : files.toList()) {
        String version = name(file).replaceFirst("^v(\\d+)\\..*", "$1");
        if (name(file).equals("version-hint.text")
            || (!version.equals(name(file)) && Integer.parseInt(version) >= first)) {
          Files.delete(file);
        }
      }
    }
  }
}
