package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.bcn.backup.BackupSummary;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.format.TableStatus;
import io.bcn.repository.Repository;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Selection;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository knows of tables' schemas and formats, and tables restored without rows. */
class SchemaIT {
  @TempDir Path temp;

  @Test
  @DisplayName("test_schema_evolution_tracking")
  void everySchemaIsKeptWithItsVersionAndEachPitHasItsOwn() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id INT, title STRING) USING iceberg",
        "INSERT INTO @.db.t VALUES (1, 'one')");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    PitId first = pit(bcn.backup(Scope.ofCatalog(source.catalog())));
    source.sql(
        "ALTER TABLE @.db.t ADD COLUMN lang STRING",
        "ALTER TABLE @.db.t RENAME COLUMN title TO heading",
        "ALTER TABLE @.db.t ALTER COLUMN id TYPE BIGINT",
        "INSERT INTO @.db.t VALUES (2, 'two', 'en')");
    PitId second = pit(bcn.backup());
    // A schema that no row was written with is a change as well.
    source.sql("ALTER TABLE @.db.t DROP COLUMN lang");
    PitId third = pit(bcn.backup());
    Contents last = Contents.of(source, "db.t");
    source.vanish();

    assertThat(List.of(state(bcn, first), state(bcn, second), state(bcn, third)))
        .extracting(TableState::schemaVersion)
        .containsExactly(0, 3, 4);
    assertThat(columnsByVersion(state(bcn, third)))
        .containsExactly(
            entry(0, "1 id int, 2 title string"),
            entry(1, "1 id int, 2 title string, 3 lang string"),
            entry(2, "1 id int, 2 heading string, 3 lang string"),
            entry(3, "1 id long, 2 heading string, 3 lang string"),
            entry(4, "1 id long, 2 heading string"));
    assertThat(columnsByVersion(state(bcn, first)).keySet()).containsExactly(0);
    Repository repository = Repository.open(bcn.storage());
    assertThat(List.of(first, second, third))
        .extracting(pit -> tableOf(repository, pit).schemaVersion())
        .containsExactly(0, 3, 4);
    assertThat(repository.select(third.toString()).manifest().tables().get(0).status())
        .isEqualTo(TableStatus.ACTIVE);

    Lake old = Lake.jdbc(temp.resolve("old"));
    bcn.restoreAll(first.toString(), old);
    assertThat(Contents.of(old, "db.t").schema())
        .containsExactly(
            "root", " |-- id: integer (nullable = true)", " |-- title: string (nullable = true)");
    Lake now = Lake.jdbc(temp.resolve("now"));
    bcn.restoreAll("latest", now);
    assertThat(Contents.of(now, "db.t")).isEqualTo(last);
    assertThat(rows(now, "SELECT * FROM @.db.t")).containsExactly("[1,one]", "[2,two]");
    // What was dropped can be seen in the snapshot that had it.
    assertThat(rows(now, "SELECT lang FROM @.db.t VERSION AS OF %d".formatted(newest(now))))
        .containsExactly("[en]", "[null]");
  }

  @Test
  @DisplayName("test_table_format_change_detection")
  void formatVersionPropertiesAndSpecsAreTrackedAndUnknownFormatsRefused() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id BIGINT, day DATE) USING iceberg TBLPROPERTIES ('format-version'='1')",
        "INSERT INTO @.db.t VALUES (1, DATE'2026-01-01')");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    PitId first = pit(bcn.backup(Scope.ofCatalog(source.catalog())));
    source.sql(
        "ALTER TABLE @.db.t SET TBLPROPERTIES ('format-version'='2', 'write.format.default'='orc')");
    PitId second = pit(bcn.backup());
    source.sql(
        "ALTER TABLE @.db.t SET TBLPROPERTIES ('format-version'='3')",
        "ALTER TABLE @.db.t ADD PARTITION FIELD days(day)",
        "INSERT INTO @.db.t VALUES (2, DATE'2026-01-02')");
    PitId third = pit(bcn.backup());
    Contents last = Contents.of(source, "db.t");

    Repository repository = Repository.open(bcn.storage());
    assertThat(List.of(first, second, third))
        .extracting(pit -> tableOf(repository, pit).formatVersion())
        .containsExactly(1, 2, 3);
    assertThat(List.of(state(bcn, first), state(bcn, second), state(bcn, third)))
        .extracting(TableState::formatVersion)
        .containsExactly(1, 2, 3);
    assertThat(state(bcn, first).properties()).doesNotContainKey("write.format.default");
    assertThat(state(bcn, second).properties()).containsEntry("write.format.default", "orc");
    assertThat(List.of(state(bcn, first), state(bcn, second), state(bcn, third)))
        .extracting(state -> state.specVersion().orElseThrow())
        .containsExactly(0, 0, 1);
    assertThat(state(bcn, third).partitionSpecs()).hasSize(2);

    // A format that this program does not know: that table fails, and is not stored as if it were
    // known.
    source.sql(
        "CREATE TABLE @.db.future (id BIGINT) USING iceberg LOCATION 'file:%s' TBLPROPERTIES ('format-version'='4')"
            .formatted(source.warehouse().resolve("future")));
    BackupSummary partial = bcn.backup();
    assertThat(partial.complete()).isFalse();
    assertThat(partial.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.table()).hasToString("db.future");
              assertThat(failure.code()).isEqualTo("UNSUPPORTED");
              assertThat(failure.message()).contains("format version 4 is newer than 3");
            });
    source.vanish();

    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restoreAll(third.toString(), target);
    assertThat(Contents.of(target, "db.t")).isEqualTo(last);
    Lake old = Lake.jdbc(temp.resolve("old"));
    bcn.restoreAll(first.toString(), old);
    assertThat(rows(old, "SHOW TBLPROPERTIES @.db.t")).contains("[format-version,1]");
  }

  private static PitId pit(BackupSummary summary) {
    assertThat(summary.failures()).isEmpty();
    return summary.pit().orElseThrow();
  }

  private static TableEntry tableOf(Repository repository, PitId pit) {
    return repository.select(pit.toString()).manifest().tables().get(0);
  }

  private static TableState state(Bcn bcn, PitId pit) {
    Repository repository = Repository.open(bcn.storage());
    return repository.state(tableOf(repository, pit).state().orElseThrow());
  }

  /** {@code id name type} of each column. */
  private static Map<Integer, String> columnsByVersion(TableState state) {
    Map<Integer, String> columns = new TreeMap<>();
    for (TableState.SchemaVersion version : state.schemas()) {
      List<String> fields = new ArrayList<>();
      version
          .schema()
          .path("fields")
          .forEach(
              field ->
                  fields.add(
                      "%s %s %s"
                          .formatted(
                              field.path("id").asText(),
                              field.path("name").asText(),
                              field.path("type").asText())));
      columns.put(version.schemaVersion(), String.join(", ", fields));
    }
    return columns;
  }

  private static long newest(Lake lake) {
    return lake.query("SELECT snapshot_id FROM @.db.t.snapshots ORDER BY committed_at DESC LIMIT 1")
        .collectAsList()
        .get(0)
        .getLong(0);
  }

  @Test
  void aTableIsRestoredWithoutItsRows() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id INT, day DATE) USING iceberg PARTITIONED BY (days(day))"
            + " TBLPROPERTIES ('owner-team'='sales','format-version'='3')",
        "INSERT INTO @.db.t VALUES (1, DATE'2026-01-01')",
        "ALTER TABLE @.db.t ALTER COLUMN id TYPE BIGINT",
        "ALTER TABLE @.db.t WRITE ORDERED BY id",
        "INSERT INTO @.db.t VALUES (2, DATE'2026-01-02')",
        "ALTER TABLE @.db.t CREATE TAG kept");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofTable(source.catalog(), TableName.parse("db.t")));
    source.vanish();

    assertSchemaOnly(bcn, Lake.jdbc(temp.resolve("jdbc")));
    assertSchemaOnly(bcn, Lake.hadoop(temp.resolve("hadoop")));
  }

  private void assertSchemaOnly(Bcn bcn, Lake target) {
    RestoreSummary summary = bcn.restore(schemaOnly(bcn, target));

    assertThat(summary.schemaOnly()).isTrue();
    assertThat(summary.files()).isEqualTo(1);
    assertThat(Contents.of(target, "db.t").schema())
        .containsExactly(
            "root", " |-- id: long (nullable = true)", " |-- day: date (nullable = true)");
    assertThat(rows(target, "SELECT * FROM @.db.t.snapshots")).isEmpty();
    assertThat(rows(target, "SELECT * FROM @.db.t.refs")).isEmpty();
    assertThat(rows(target, "SHOW TBLPROPERTIES @.db.t"))
        .contains("[owner-team,sales]", "[format-version,3]", "[sort-order,id ASC NULLS FIRST]");
    assertThat(rows(target, "SHOW CREATE TABLE @.db.t").get(0))
        .contains("PARTITIONED BY (days(day))");
    // The table lives.
    target.sql("INSERT INTO @.db.t VALUES (7, DATE'2026-01-07')");
    assertThat(rows(target, "SELECT * FROM @.db.t")).containsExactly("[7,2026-01-07]");
    PhysicalFiles.of(target).assertWholeAndWithout(temp.resolve("source"));
  }

  private static List<String> rows(Lake lake, String query) {
    return lake.query(query).collectAsList().stream().map(Row::toString).sorted().toList();
  }

  private static RestoreRequest schemaOnly(Bcn bcn, Lake target) {
    return new RestoreRequest(
        bcn.storage(),
        "latest",
        new Selection(List.of(), List.of(), List.of(), Deleted.LEFT_OUT),
        Bcn.to(target),
        RestoreRequest.IfExists.FAIL,
        RestoreRequest.Uuids.FRESH_ELSEWHERE,
        RestoreRequest.Contents.SCHEMA_ONLY,
        RestoreRequest.Partial.REFUSED_AT_HOME,
        RestoreRequest.Action.RESTORE,
        SharedSpark.settings());
  }
}
