package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.ViewEntry;
import io.bcn.repository.Repository;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.view.BaseView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views: in the PIT as they are, and back in a catalog that is not the source's. */
class ViewsIT {
  private static final TableName BIG = TableName.parse("sales.big");
  private static final TableName ALL = TableName.parse("sales.all");

  @TempDir Path temp;
  private Lake source;
  private Bcn bcn;

  @BeforeEach
  void aCatalogWithTwoViews() {
    source = Lake.jdbc(temp.resolve("source"));
    bcn = Bcn.at(temp.resolve("repo"));
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE VIEW @.sales.big AS SELECT 2 AS id",
        "CREATE VIEW @.sales.all TBLPROPERTIES ('team' = 'a') AS SELECT 1 AS id");
  }

  @AfterEach
  void leaveTheCatalog() {
    SharedSpark.session().sql("USE spark_catalog");
  }

  @Test
  void everyVersionOfAViewInEveryDialectComesBack() {
    source.sql(
        "CREATE TABLE @.sales.orders (id BIGINT, amount INT) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1, 10), (2, 200), (3, 3000)",
        // Names without their catalog are of the view's own, wherever it is.
        "USE @",
        "CREATE OR REPLACE VIEW sales.big AS SELECT id, amount FROM sales.orders WHERE amount > 100");
    view(source, BIG)
        .replaceVersion()
        .withSchema(view(source, BIG).schema())
        .withDefaultNamespace(Namespace.of("sales"))
        .withQuery("spark", "SELECT id, amount FROM sales.orders WHERE amount > 1000")
        .withQuery("trino", "SELECT id, amount FROM orders WHERE amount > 1000")
        .commit();
    BaseView before = view(source, BIG);
    bcn.backup(Scope.ofCatalog(source.catalog()));
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("target"));

    RestoreSummary restored = bcn.restoreAll("latest", target);

    BaseView after = view(target, BIG);
    assertThat(after.versions()).hasSize(3).containsExactlyElementsOf(before.versions());
    assertThat(after.currentVersion().representations()).hasSize(2);
    assertThat(after.history()).isEqualTo(before.history());
    assertThat(after.properties()).isEqualTo(before.properties());
    assertThat(after.uuid()).as("the source may live").isNotEqualTo(before.uuid());
    assertThat(after.location()).startsWith(target.warehouse().toString());
    assertThat(view(target, ALL).properties()).containsEntry("team", "a");
    assertThat(rows(target, "SELECT * FROM @.sales.big")).containsExactly("[3,3000]");
    assertThat(restored.views())
        .extracting(RestoreSummary.RestoredView::target, RestoreSummary.RestoredView::versions)
        .containsExactly(tuple(ALL, 1L), tuple(BIG, 3L));
    assertThat(restored.notices()).isEmpty();
    target.sql("CREATE OR REPLACE VIEW @.sales.all AS SELECT 4 AS four");
    assertThat(rows(target, "SELECT * FROM @.sales.all")).containsExactly("[4]");
  }

  @Test
  void changesRenamesAndDeletionsOfViewsAreRecorded() {
    PitManifest first = pit(bcn.backup(Scope.ofCatalog(source.catalog())));
    PitManifest second = pit(bcn.backup());
    source.sql(
        "ALTER VIEW @.sales.all RENAME TO @.sales.every",
        "CREATE OR REPLACE VIEW @.sales.big AS SELECT 3 AS id");
    PitManifest third = pit(bcn.backup());
    source.sql("DROP VIEW @.sales.big");
    BackupSummary last = bcn.backup();
    PitManifest fourth = pit(last);

    assertThat(first.views()).allMatch(view -> view.status() == TableStatus.ACTIVE);
    assertThat(second.views())
        .allMatch(view -> view.status() == TableStatus.UNCHANGED)
        .allMatch(view -> view.storedIn().equals(Optional.of(first.pit())));
    assertThat(second.unchangedObjects().views()).containsExactly(ALL, BIG);
    ViewEntry renamed = third.view(TableName.parse("sales.every")).orElseThrow();
    assertThat(renamed.renamedFrom()).contains(ALL);
    assertThat(renamed.status()).isEqualTo(TableStatus.UNCHANGED);
    assertThat(renamed.metadata()).isEqualTo(first.view(ALL).orElseThrow().metadata());
    assertThat(third.view(BIG).orElseThrow().status()).isEqualTo(TableStatus.ACTIVE);
    assertThat(third.deletedViews()).isEmpty();
    assertThat(fourth.deletedInSource().views()).containsExactly(BIG);
    assertThat(fourth.deletedViews())
        .singleElement()
        .satisfies(
            gone -> {
              assertThat(gone.lastPitIncluded()).isEqualTo(third.pitTimestamp());
              assertThat(gone.sourceObjectId()).isEqualTo(third.view(BIG).orElseThrow().uuid());
            });
    assertThat(fourth.deletedObjects()).as("no table").isEmpty();
    assertThat(last.views().deleted()).containsExactly(BIG);

    source.vanish();
    Lake old = Lake.jdbc(temp.resolve("old"));
    bcn.restoreAll(second.pit().toString(), old);
    assertThat(rows(old, "SELECT * FROM @.sales.big")).containsExactly("[2]");
    Lake lost = Lake.jdbc(temp.resolve("lost"));
    bcn.restore("latest", selection(RestoreRequest.Deleted.INCLUDED, List.of(BIG)), Bcn.to(lost));
    assertThat(rows(lost, "SELECT * FROM @.sales.big")).containsExactly("[3]");
  }

  @Test
  void aViewThatNamesItsCatalogKeepsDoingSoAndTheUserIsTold() {
    source.sql(
        "CREATE VIEW @.sales.fixed AS SELECT id FROM @.sales.big",
        "USE @.sales",
        "CREATE VIEW bare AS SELECT id FROM big");
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake target = Lake.jdbc(temp.resolve("target"));

    RestoreSummary restored =
        bcn.restore(
            "latest",
            selection(RestoreRequest.Deleted.LEFT_OUT, List.of()),
            Bcn.to(target, DatabaseName.parse("copy")));

    String advice = " and keeps doing so: a view's SQL and defaults are never changed";
    assertThat(restored.notices())
        .containsExactly(
            "View 'copy.bare' names database 'sales'" + advice,
            "View 'copy.fixed' names catalog '" + source.catalog() + "'" + advice,
            "View 'copy.fixed' names database 'sales'" + advice);
  }

  @Test
  void whatIsInTheWayOfAViewIsNeverTouched() {
    source.sql("CREATE TABLE @.sales.orders (x INT) USING iceberg");
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake target = Lake.jdbc(temp.resolve("target"));
    target.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.big (x INT) USING iceberg",
        "CREATE VIEW @.sales.orders AS SELECT 1 AS one");

    assertThatThrownBy(() -> bcn.restoreAll("latest", target))
        .isInstanceOf(BcnException.class)
        .hasMessageEndingWith(
            "2 of the tables and views are there already: sales.big, sales.orders");

    RestoreSummary restored =
        bcn.restore(
            new RestoreRequest(
                bcn.storage(),
                "latest",
                selection(RestoreRequest.Deleted.LEFT_OUT, List.of()),
                Bcn.to(target),
                RestoreRequest.IfExists.SKIP,
                RestoreRequest.Uuids.FRESH_ELSEWHERE,
                RestoreRequest.Contents.WHOLE,
                RestoreRequest.Partial.REFUSED_AT_HOME,
                RestoreRequest.Action.RESTORE,
                SharedSpark.settings()));
    assertThat(restored.skipped()).containsExactly(BIG, TableName.parse("sales.orders"));
    assertThat(restored.views())
        .extracting(RestoreSummary.RestoredView::target)
        .containsExactly(ALL);
    assertThat(rows(target, "SELECT * FROM @.sales.orders")).containsExactly("[1]");
    assertThat(rows(target, "SELECT * FROM @.sales.big")).isEmpty();
  }

  @Test
  void aCatalogWithoutViewsIsRefusedUnlessTheyAreExcluded() {
    source.sql("CREATE TABLE @.sales.orders (x INT) USING iceberg");
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake target = Lake.hadoop(temp.resolve("target"));

    assertThatThrownBy(() -> bcn.restoreAll("latest", target))
        .isInstanceOfSatisfying(
            BcnException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(refused)
                  .hasMessage(
                      "Cannot restore 2 views into catalog '%s', which has none: sales.all, sales.big"
                          .formatted(target.catalog()));
              assertThat(refused.hint())
                  .startsWith("Leave them out with --exclude 'sales.all' --exclude 'sales.big', ");
            });
    assertThat(target.warehouse()).doesNotExist();

    RestoreSummary restored =
        bcn.restore(
            "latest",
            new RestoreRequest.Selection(
                List.of(),
                List.of(),
                List.of("sales.all", "sales.big"),
                RestoreRequest.Deleted.LEFT_OUT),
            Bcn.to(target));
    assertThat(restored.views()).isEmpty();
    assertThat(target.tables()).containsExactly("sales.orders");
  }

  @Test
  void aViewThatCanNotBeReadFailsAloneAndThePitIsNotComplete() throws IOException {
    Files.delete(Path.of(view(source, BIG).operations().current().metadataFileLocation()));

    BackupSummary backup = bcn.backup(Scope.ofCatalog(source.catalog()));

    assertThat(backup.complete()).isFalse();
    assertThat(backup.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.table()).isEqualTo(BIG);
              assertThat(failure.code()).isEqualTo("SOURCE_MISSING");
              assertThat(failure.message()).startsWith("Cannot read view 'sales.big': ");
            });
    Lake target = Lake.jdbc(temp.resolve("target"));
    RestoreSummary restored = bcn.restoreAll(backup.pit().orElseThrow().toString(), target);
    assertThat(restored.notInPit()).containsExactly(BIG);
    assertThat(rows(target, "SELECT * FROM @.sales.all")).containsExactly("[1]");
  }

  private PitManifest pit(BackupSummary backup) {
    assertThat(backup.failures()).isEmpty();
    return Repository.open(bcn.storage()).find(backup.pit().orElseThrow()).orElseThrow().manifest();
  }

  private static RestoreRequest.Selection selection(
      RestoreRequest.Deleted deleted, List<TableName> names) {
    return new RestoreRequest.Selection(List.of(), names, List.of(), deleted);
  }

  private static BaseView view(Lake lake, TableName name) {
    ViewCatalog views =
        (ViewCatalog) Spark3Util.loadIcebergCatalog(SharedSpark.session(), lake.catalog());
    return (BaseView)
        views.loadView(TableIdentifier.of(name.database().levels().get(0), name.table()));
  }

  private static List<String> rows(Lake lake, String query) {
    return lake.query(query).collectAsList().stream().map(Object::toString).sorted().toList();
  }
}
