package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Scope;
import io.bcn.it.CatalogKind.Lacks;
import io.bcn.restore.RestoreRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.spark.Spark3Util;

/**
 * One small catalog of any kind: backed up, changed, backed up again, and gone; then restored into
 * any other, and compared.
 */
final class CatalogStory {
  private static final String VIEW = "sales.big";

  private final CatalogKind kind;
  private final Path folder;
  private Bcn bcn;
  private String warehouse;
  private Map<String, Contents> expected;

  CatalogStory(CatalogKind kind, Path folder) {
    this.kind = kind;
    this.folder = folder;
  }

  /** The source's files are gone then. */
  void backUpTwice(Lake source) {
    backUpTwice(
        Bcn.at(folder.resolve("repo")), source, source.warehouse().toString(), source::vanish);
  }

  /**
   * The same for files that lie elsewhere.
   *
   * @param root what no restored file may mention
   */
  void backUpTwice(Bcn into, Lake source, String root, Runnable vanish) {
    bcn = into;
    warehouse = root;
    begin(source);
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));
    assertThat(first.failures()).isEmpty();
    assertThat(first.tables().total()).isEqualTo(4);
    goOn(source);
    BackupSummary second = bcn.backup();
    assertThat(second.failures()).isEmpty();
    assertThat(second.tables().unchanged()).as("renamed, or left alone").isEqualTo(1);
    assertThat(second.tables().deleted()).hasToString("[sales.gone]");
    assertThat(second.tables().renamed()).hasSize(kind.has(Lacks.RENAMES) ? 1 : 0);
    expected = Contents.ofAll(source);
    vanish.run();
  }

  private void begin(Lake source) {
    source.sql(
        "CREATE NAMESPACE @.sales"
            + (kind.has(Lacks.PROPERTIES) ? " WITH DBPROPERTIES ('team' = 'ann')" : ""),
        "CREATE NAMESPACE @.lab",
        "CREATE TABLE @.sales.orders (id BIGINT, day DATE) USING iceberg PARTITIONED BY (days(day))"
            + " TBLPROPERTIES ('format-version'='2','write.delete.mode'='merge-on-read')",
        "INSERT INTO @.sales.orders SELECT id, date_add(DATE'2026-01-01', cast(id % 2 AS INT)) FROM range(20)",
        "CREATE TABLE @.sales.gone (id BIGINT) USING iceberg",
        "CREATE TABLE @.lab.runs (id INT, tags ARRAY<STRING>) USING iceberg"
            + " TBLPROPERTIES ('format-version'='3','write.delete.mode'='merge-on-read')",
        "INSERT INTO @.lab.runs SELECT cast(id AS INT), array('x') FROM range(9)",
        "ALTER TABLE @.lab.runs CREATE TAG first",
        "CREATE TABLE @.lab.before (id BIGINT) USING iceberg");
    if (kind.has(Lacks.VIEWS)) {
      source.sql("CREATE VIEW @." + VIEW + " AS SELECT 1 AS id");
    }
  }

  private void goOn(Lake source) {
    source.sql(
        "DELETE FROM @.sales.orders WHERE id = 3",
        "DROP TABLE @.sales.gone",
        "DELETE FROM @.lab.runs WHERE id = 4",
        "CREATE TABLE @.lab.new (id BIGINT) USING iceberg");
    if (kind.has(Lacks.RENAMES)) {
      source.sql("ALTER TABLE @.lab.before RENAME TO lab.after");
    }
    if (kind.has(Lacks.PROPERTIES)) {
      source.sql("ALTER NAMESPACE @.sales SET PROPERTIES ('team' = 'bob')");
    }
    if (kind.has(Lacks.VIEWS)) {
      source.sql("CREATE OR REPLACE VIEW @." + VIEW + " AS SELECT 2 AS id");
    }
  }

  /** What the kinds of both catalogs have is there again; what the target can't hold is refused. */
  void restoreInto(CatalogKind to, Lake target) {
    restoreInto(to, target, (lake, root) -> PhysicalFiles.of(lake).assertWholeAndWithout(root));
  }

  /**
   * The same for files that lie elsewhere.
   *
   * @param files looks at the target's files, given what none may mention
   */
  void restoreInto(CatalogKind to, Lake target, BiConsumer<Lake, String> files) {
    List<String> leftOut = new ArrayList<>();
    boolean views = kind.has(Lacks.VIEWS);
    if (views && !to.has(Lacks.VIEWS)) {
      assertThatThrownBy(() -> restore(target, List.of()))
          .isInstanceOfSatisfying(
              BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
          .hasMessageContaining(VIEW)
          .satisfies(e -> System.out.printf("%s → %s: %s%n", kind, to, e.getMessage()));
      leftOut.add(VIEW);
      views = false;
    }
    restore(target, leftOut);
    if (views) {
      assertThat(target.query("SELECT * FROM @." + VIEW).collectAsList()).hasToString("[[2]]");
      target.sql("DROP VIEW @." + VIEW);
    }
    Contents.assertEqual(Contents.ofAll(target), expected);
    files.accept(target, warehouse);
    if (kind.has(Lacks.PROPERTIES) && to.has(Lacks.PROPERTIES)) {
      assertThat(properties(target)).containsEntry("team", "bob");
    }
    target.sql("INSERT INTO @.lab.new VALUES (7)", "DROP TABLE @.lab.runs");
    assertThat(target.query("SELECT * FROM @.lab.new").collectAsList()).hasToString("[[7]]");
  }

  private void restore(Lake target, List<String> leftOut) {
    bcn.restore(
        "latest",
        new RestoreRequest.Selection(
            List.of(), List.of(), leftOut, RestoreRequest.Deleted.LEFT_OUT),
        Bcn.to(target));
  }

  private static Map<String, String> properties(Lake lake) {
    return ((SupportsNamespaces)
            Spark3Util.loadIcebergCatalog(SharedSpark.session(), lake.catalog()))
        .loadNamespaceMetadata(Namespace.of("sales"));
  }
}
