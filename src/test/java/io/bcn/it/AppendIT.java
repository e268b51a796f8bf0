package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.Restore;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreRequest.Action;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Selection;
import io.bcn.restore.RestoreSummary;
import io.bcn.table.ColumnMatch;
import io.bcn.table.ColumnMatch.By;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a PIT added to tables that exist and have other schemas by now. */
class AppendIT {
  @TempDir Path temp;

  @Test
  @DisplayName("test_restore_schema_validation_and_migration")
  void rowsAreAddedWhereTheSchemasFitAndRefusedWhereTheyDoNot() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.orders (id INT NOT NULL, a STRING, b STRING, day DATE,"
            + " meta STRUCT<n: INT, s: STRING>, tags ARRAY<STRUCT<k: INT>>, rates MAP<STRING, FLOAT>,"
            + " price DECIMAL(8,2)) USING iceberg PARTITIONED BY (id, days(day)) TBLPROPERTIES"
            + " ('write.delete.mode'='merge-on-read')",
        "INSERT INTO @.db.orders VALUES (1, 'a1', 'b1', DATE'2026-01-01', named_struct('n', 10, 's', 'x'),"
            + " array(named_struct('k', 7)), map('eur', float(0.5)), 1.25), (2, 'a2', 'b2', DATE'2026-01-02',"
            + " null, null, null, null), (3, 'a3', 'b3', null, null, null, null, null)",
        "DELETE FROM @.db.orders WHERE id = 3",
        "CREATE TABLE @.db.other (id BIGINT, note STRING) USING iceberg",
        "INSERT INTO @.db.other VALUES (1, 'one')",
        "CREATE TABLE @.db.fresh (id BIGINT) USING iceberg",
        "INSERT INTO @.db.fresh VALUES (5)");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    // A copy of one table that lived on, and a table that was created apart.
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restore("latest", tables("db.orders"), Bcn.to(target));
    target.sql(
        "DELETE FROM @.db.orders",
        "ALTER TABLE @.db.orders ALTER COLUMN id TYPE BIGINT",
        "ALTER TABLE @.db.orders ALTER COLUMN price TYPE DECIMAL(12,2)",
        "ALTER TABLE @.db.orders RENAME COLUMN a TO tmp",
        "ALTER TABLE @.db.orders RENAME COLUMN b TO a",
        "ALTER TABLE @.db.orders RENAME COLUMN tmp TO b",
        "ALTER TABLE @.db.orders ADD COLUMN note STRING FIRST",
        "ALTER TABLE @.db.orders ALTER COLUMN meta.n TYPE BIGINT",
        "ALTER TABLE @.db.orders RENAME COLUMN meta.s TO text",
        "ALTER TABLE @.db.orders ADD COLUMN meta.more STRING",
        "ALTER TABLE @.db.orders ALTER COLUMN tags.element.k TYPE BIGINT",
        "ALTER TABLE @.db.orders ALTER COLUMN rates.value TYPE DOUBLE",
        "CREATE TABLE @.db.other (region STRING NOT NULL, id INT) USING iceberg",
        "INSERT INTO @.db.other VALUES ('north', 9)");
    source.vanish();
    Map<String, Contents> before = Contents.ofAll(target);

    // One table does not fit: nothing at all is written, and everything that is wrong is said.
    assertThatThrownBy(() -> bcn.restore(appending(bcn, target, tables(), Action.RESTORE)))
        .isInstanceOfSatisfying(
            BcnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(e.hint()).contains("ALTER TABLE", "--exclude");
            })
        .hasMessage(
            ("Cannot append to catalog '%s':"
                    + " db.other: 'id' is long, which can't become the target's int;"
                    + " db.other: the target has no column for 'note' (string);"
                    + " db.other: the target requires 'region' (string), and the PIT has no column for it")
                .formatted(target.catalog()));
    Contents.assertEqual(Contents.ofAll(target), before);

    // The plan says what each column gets, and writes nothing.
    Selection fitting = tables("db.orders", "db.fresh");
    RestoreSummary plan = bcn.restore(appending(bcn, target, fitting, Action.PLAN_ONLY));
    assertThat(plan.appended())
        .singleElement()
        .satisfies(
            table -> {
              assertThat(table.rows()).isEmpty();
              assertThat(table.columns())
                  .contains(
                      new ColumnMatch("note", "", By.NULL, "string"),
                      new ColumnMatch("id", "id", By.ID, "int → long"),
                      new ColumnMatch("a", "b", By.ID, "string"),
                      new ColumnMatch("b", "a", By.ID, "string"),
                      new ColumnMatch("meta.text", "meta.s", By.ID, "string"),
                      new ColumnMatch("price", "price", By.ID, "decimal(8, 2) → decimal(12, 2)"));
            });
    Contents.assertEqual(Contents.ofAll(target), before);

    RestoreSummary summary = bcn.restore(appending(bcn, target, fitting, Action.RESTORE));

    assertThat(summary.appended())
        .singleElement()
        .satisfies(table -> assertThat(table.rows()).isEqualTo(Optional.of(2L)));
    assertThat(summary.tables())
        .singleElement()
        .satisfies(table -> assertThat(table.target()).hasToString("db.fresh"));
    assertThat(summary.notices()).isEmpty();
    assertThat(rows(target, "SELECT * FROM @.db.fresh")).containsExactly("[5]");
    assertThat(
            rows(
                target,
                "SELECT note, id, a, b, day, meta.n, meta.text, meta.more, tags[0].k, rates['eur'], price"
                    + " FROM @.db.orders"))
        .containsExactly(
            "[null,1,b1,a1,2026-01-01,10,x,null,7,0.5,1.25]",
            "[null,2,b2,a2,2026-01-02,null,null,null,null,null,null]");
    assertThat(Contents.of(target, "db.orders").schema())
        .isEqualTo(before.get("db.orders").schema());
    assertNothingIsLeft(target);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());

    // Again: the rows are there, and stay there once.
    RestoreSummary again = bcn.restore(appending(bcn, target, fitting, Action.RESTORE));
    assertThat(again.appended()).isEmpty();
    assertThat(again.skipped()).hasToString("[db.fresh, db.orders]");
    assertThat(again.notices())
        .containsExactly(
            "Table 'db.fresh' is as it is in this PIT: nothing to add",
            "Table 'db.orders' has the rows of this PIT already: nothing to add");
    assertThat(rows(target, "SELECT count(*) FROM @.db.orders")).containsExactly("[2]");
  }

  @Test
  void aTableThatWasCreatedApartGetsRowsOnceWithItsDefaults() throws Exception {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (v STRING, id INT) USING iceberg",
        "INSERT INTO @.db.t VALUES ('one', 1)");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake target = Lake.hadoop(temp.resolve("target"));
    target.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id BIGINT, v STRING) USING iceberg TBLPROPERTIES ('format-version'='3')",
        "INSERT INTO @.db.t VALUES (0, 'own')");
    Spark3Util.loadIcebergTable(SharedSpark.session(), target.catalog() + ".db.t")
        .updateSchema()
        .addRequiredColumn("region", Types.StringType.get(), "where", Literal.of("eu"))
        .commit();
    Contents before = Contents.of(target, "db.t");

    // A write that fails leaves the table as it was, and no file of ours beside it.
    target.sql("ALTER TABLE @.db.t SET TBLPROPERTIES ('write.data.path'='/proc/no/such')");
    assertThatThrownBy(() -> bcn.restore(appending(bcn, target, tables(), Action.RESTORE)))
        .isInstanceOf(BcnException.class)
        .hasMessageContaining("Cannot append to table 'db.t': ");
    assertThat(Contents.of(target, "db.t")).isEqualTo(before);
    assertNothingIsLeft(target);
    target.sql("ALTER TABLE @.db.t UNSET TBLPROPERTIES ('write.data.path')");

    RestoreSummary first = bcn.restore(appending(bcn, target, tables(), Action.RESTORE));

    assertThat(first.appended().get(0).columns())
        .containsExactly(
            new ColumnMatch("id", "id", By.NAME, "int → long"),
            new ColumnMatch("v", "v", By.NAME, "string"),
            new ColumnMatch("region", "", By.DEFAULT, "string"));
    assertThat(rows(target, "SELECT * FROM @.db.t")).containsExactly("[0,own,eu]", "[1,one,eu]");
    assertThat(
            target
                .query("SELECT summary['bcn.pit'] FROM @.db.t.snapshots ORDER BY committed_at DESC")
                .first()
                .getString(0))
        .isEqualTo(first.pit().toString());

    // Rolled back, it can be done again; another PIT's rows come on top, and are said to.
    target.sql(
        "CALL @.system.rollback_to_snapshot('db.t', %s)"
            .formatted(
                before.rows().keySet().stream()
                    .filter(key -> key.startsWith("snapshot "))
                    .findFirst()
                    .orElseThrow()
                    .substring("snapshot ".length())));
    assertThat(rows(target, "SELECT * FROM @.db.t")).containsExactly("[0,own,eu]");
    bcn.restore(appending(bcn, target, tables(), Action.RESTORE));
    source.sql("INSERT INTO @.db.t VALUES ('two', 2)");
    bcn.backup();
    RestoreSummary other = bcn.restore(appending(bcn, target, tables(), Action.RESTORE));
    assertThat(other.notices())
        .containsExactly(
            "Table 'db.t' has rows of the same table from PIT %s: what both PITs have is there twice"
                .formatted(first.pit()),
            "Database 'db' was there and keeps its properties; in the PIT others are: owner");
    assertThat(rows(target, "SELECT * FROM @.db.t"))
        .containsExactly("[0,own,eu]", "[1,one,eu]", "[1,one,eu]", "[2,two,eu]");
  }

  /** Each has seen that the rows are not there, and only then do both write them. */
  @Test
  void twoRestoresThatAppendTheSameRowsAtOnceAddThemOnce() throws Exception {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id INT) USING iceberg",
        "INSERT INTO @.db.t VALUES (1), (2)");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake target = Lake.jdbc(temp.resolve("target"));
    target.sql("CREATE NAMESPACE @.db", "CREATE TABLE @.db.t (id INT) USING iceberg");
    CyclicBarrier both = new CyclicBarrier(2);
    Progress progress =
        new Progress(
            SharedSpark.session(),
            line -> {
              if (line.startsWith("Appending ")) {
                await(both);
              }
            });
    RestoreRequest request = appending(bcn, target, tables(), Action.RESTORE);
    Callable<RestoreSummary> restore =
        () -> new Restore(SharedSpark.session(), progress).run(request);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (Future<RestoreSummary> summary : threads.invokeAll(List.of(restore, restore))) {
        assertThat(summary.get().appended())
            .singleElement()
            .satisfies(table -> assertThat(table.rows()).contains(2L));
      }
    } finally {
      threads.shutdown();
    }

    assertThat(rows(target, "SELECT * FROM @.db.t")).containsExactly("[1]", "[2]");
    assertThat(rows(target, "SELECT count(*) FROM @.db.t.snapshots")).containsExactly("[1]");
    assertNothingIsLeft(target);
    // What the loser had written is gone too.
    assertThat(filesIn(target.warehouse().resolve("db/t/data")))
        .hasSameSizeAs(rows(target, "SELECT file_path FROM @.db.t.files"));
  }

  @Test
  void theRowsOfAPartAreNotAddedToTheirOwnWhole() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id INT) USING iceberg PARTITIONED BY (id)",
        "INSERT INTO @.db.t VALUES (1), (2)");
    Bcn part = Bcn.at(temp.resolve("part"));
    part.backup(Scope.ofTable(source.catalog(), TableName.parse("db.t")), "id = 1");
    Bcn whole = Bcn.at(temp.resolve("whole"));
    whole.backup(Scope.ofTable(source.catalog(), TableName.parse("db.t")));
    Lake target = Lake.jdbc(temp.resolve("target"));
    part.restoreAll("latest", target);

    assertThatThrownBy(() -> whole.restore(appending(whole, target, tables(), Action.RESTORE)))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageContaining("db.t: it holds the rows where ")
        .hasMessageContaining("they would be there twice");
    assertThat(rows(target, "SELECT * FROM @.db.t")).containsExactly("[1]");
  }

  private static Selection tables(String... names) {
    return new Selection(
        List.of(), Stream.of(names).map(TableName::parse).toList(), List.of(), Deleted.LEFT_OUT);
  }

  private static RestoreRequest appending(
      Bcn bcn, Lake target, Selection selection, RestoreRequest.Action action) {
    return new RestoreRequest(
        bcn.storage(),
        "latest",
        selection,
        Bcn.to(target),
        RestoreRequest.IfExists.APPEND,
        RestoreRequest.Uuids.FRESH_ELSEWHERE,
        RestoreRequest.Contents.WHOLE,
        RestoreRequest.Partial.REFUSED_AT_HOME,
        action,
        SharedSpark.settings());
  }

  private static List<String> rows(Lake lake, String query) {
    return lake.query(query).collectAsList().stream().map(Row::toString).sorted().toList();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  private static void assertNothingIsLeft(Lake lake) {
    try (Stream<Path> files = Files.walk(lake.warehouse())) {
      assertThat(files.filter(file -> file.toString().contains("bcn-append"))).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
