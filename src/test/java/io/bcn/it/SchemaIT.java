package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Selection;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository knows of tables' schemas and formats, and tables restored without rows. */
class SchemaIT {
  @TempDir Path temp;

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
        RestoreRequest.Action.RESTORE,
        SharedSpark.settings());
  }
}
