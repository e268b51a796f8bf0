package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Selection;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From any kind of catalog to any other, in any granularity, whole or in part. */
class RoadsIT {
  @TempDir Path temp;

  @Test
  void aHadoopCatalogIsRestoredIntoAJdbcCatalog() {
    Lake source = Lake.hadoop(temp.resolve("source"));
    Story.sales(source);
    Story.lab(source);
    Lake target = Lake.jdbc(temp.resolve("target"));

    restoresEverything(source, target);

    // Life goes on, in the target's own files.
    target.sql(
        "INSERT INTO @.sales.orders SELECT 1000 + id, 'x', 1.0, DATE'2026-03-01' FROM range(5)",
        "DELETE FROM @.sales.customers WHERE id = 1");
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }

  @Test
  void aJdbcCatalogIsRestoredIntoAHadoopCatalog() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    Story.begin(source);
    Bcn.at(temp.resolve("repo")).backup(Scope.ofCatalog(source.catalog()));
    Story.goOn(source);

    restoresEverything(source, Lake.hadoop(temp.resolve("target")));
  }

  @Test
  void aHadoopCatalogIsRestoredIntoAnotherHadoopCatalog() {
    Lake source = Lake.hadoop(temp.resolve("source"));
    Story.web(source);
    Lake target = Lake.hadoop(temp.resolve("target"));

    restoresEverything(source, target);

    target.sql(
        "MERGE INTO @.web.sessions t USING (SELECT 3L AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE");
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }

  private void restoresEverything(Lake source, Lake target) {
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    BackupSummary last = bcn.backup(Scope.ofCatalog(source.catalog()));
    assertThat(last.failures()).isEmpty();
    Map<String, Contents> expected = Contents.ofAll(source);
    source.vanish();

    bcn.restoreAll("latest", target);

    Contents.assertEqual(Contents.ofAll(target), expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }

  @Test
  void oneTableGoesThereAndBack() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    Story.sales(source);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    TableName orders = TableName.parse("sales.orders");
    BackupSummary first = bcn.backup(Scope.ofTable(source.catalog(), orders));
    assertThat(first.tables().total()).isEqualTo(1);
    Contents expected = Contents.of(source, "sales.orders");
    source.sql("DROP TABLE @.sales.orders");

    RestoreSummary restored = bcn.restore("latest", everything(), Bcn.to(source));

    assertThat(restored.tables())
        .singleElement()
        .satisfies(table -> assertThat(table.target()).isEqualTo(orders));
    assertThat(Contents.of(source, "sales.orders")).isEqualTo(expected);
  }

  @Test
  void aPartOfADatabaseIsRestoredIntoAnotherDatabaseBesideALivingSource() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    Story.sales(source);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    BackupSummary first =
        bcn.backup(Scope.ofDatabase(source.catalog(), DatabaseName.parse("sales")));
    assertThat(first.tables().total()).isEqualTo(4);
    Map<String, Contents> before = Contents.ofAll(source);

    bcn.restore(
        "latest",
        new Selection(
            List.of(),
            List.of(TableName.parse("sales.orders"), TableName.parse("sales.rates")),
            List.of(),
            Deleted.LEFT_OUT),
        Bcn.to(source, DatabaseName.parse("copies")));

    Map<String, Contents> expected = new TreeMap<>(before);
    expected.put("copies.orders", before.get("sales.orders"));
    expected.put("copies.rates", before.get("sales.rates"));
    Contents.assertEqual(Contents.ofAll(source), expected);
    SameRows.assertSame(
        source.query("SELECT * FROM @.copies.orders"),
        source.query("SELECT * FROM @.sales.orders"));
  }

  @Test
  void aTargetThatExistsIsUntouched() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    Story.web(source);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofDatabase(source.catalog(), DatabaseName.parse("web")));
    source.sql("INSERT INTO @.web.empty VALUES (7)", "DROP TABLE @.web.pages");
    Map<String, Contents> before = Contents.ofAll(source);

    assertThatThrownBy(() -> bcn.restoreAll("latest", source))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TARGET_EXISTS))
        .hasMessageContaining("web.clicks, web.empty, web.sessions");
    Contents.assertEqual(Contents.ofAll(source), before);

    RestoreSummary skipping =
        bcn.restore(
            new RestoreRequest(
                bcn.storage(),
                "latest",
                everything(),
                Bcn.to(source),
                RestoreRequest.IfExists.SKIP,
                RestoreRequest.Uuids.FRESH_ELSEWHERE,
                RestoreRequest.Contents.WHOLE,
                RestoreRequest.Partial.REFUSED_AT_HOME,
                RestoreRequest.Action.RESTORE,
                SharedSpark.settings()));

    assertThat(skipping.skipped()).hasSize(3);
    assertThat(skipping.tables())
        .singleElement()
        .satisfies(table -> assertThat(table.target()).hasToString("web.pages"));
    assertThat(Contents.of(source, "web.empty").rows().get("now")).containsExactly("[7]");
  }

  @Test
  void aTableIsRestoredUnderANewNameAtAFolderOfTheUsersChoice() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    Story.lab(source);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofTable(source.catalog(), TableName.parse("lab.runs")));
    Contents expected = Contents.of(source, "lab.runs");
    Lake target = Lake.jdbc(temp.resolve("target"));

    RestoreSummary restored =
        bcn.restore(
            "latest",
            everything(),
            new RestoreRequest.Target(
                Optional.of(target.catalog()),
                Optional.of(DatabaseName.parse("archive")),
                Optional.of("runs_2026"),
                Optional.of(temp.resolve("elsewhere").toString())));

    assertThat(restored.tables().get(0).location())
        .isEqualTo(temp.resolve("elsewhere") + "/archive/runs_2026");
    assertThat(Contents.of(target, "archive.runs_2026")).isEqualTo(expected);
  }

  @Test
  void aRestoredTableNeverSharesTheFolderOfATableThatWasRenamed() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    Story.web(source);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofTable(source.catalog(), TableName.parse("web.sessions")));
    Contents expected = Contents.of(source, "web.sessions");
    source.sql("ALTER TABLE @.web.sessions RENAME TO web.visits");

    RestoreSummary restored = bcn.restoreAll("latest", source);

    assertThat(restored.tables().get(0).location()).matches(".*/web/sessions-[0-9a-f]{8}");
    assertThat(source.uuid("web.sessions")).isNotEqualTo(source.uuid("web.visits"));
    source.sql("DROP TABLE @.web.visits PURGE");
    assertThat(Contents.of(source, "web.sessions")).isEqualTo(expected);
  }

  @Test
  void gzippedMetadataIsRestoredInPlaceAndElsewhere() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.packed (id BIGINT) USING iceberg"
            + " TBLPROPERTIES ('write.metadata.compression-codec'='gzip')",
        "INSERT INTO @.db.packed VALUES (1)",
        "INSERT INTO @.db.packed VALUES (2)");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Map<String, Contents> expected = Contents.ofAll(source);
    source.sql("DROP TABLE @.db.packed PURGE");
    bcn.restoreAll("latest", source);
    Contents.assertEqual(Contents.ofAll(source), expected);
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), expected);
  }

  private static Selection everything() {
    return new Selection(List.of(), List.of(), List.of(), Deleted.LEFT_OUT);
  }
}
