package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Selection;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which of a PIT's objects a restore takes. The source is gone: what is there afterwards came from
 * the repository.
 */
class RestoreChoicesIT {
  @TempDir static Path temp;
  private static Bcn ofCatalog;
  private static Bcn ofDatabase;

  /** What was in the source, at the last moment at which it had the table. */
  private static final Map<String, Contents> LAST = new TreeMap<>();

  private static int targets;

  @BeforeAll
  static void backUp() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.sales WITH PROPERTIES ('team' = 'ann')",
        "CREATE NAMESPACE @.hr",
        "CREATE NAMESPACE @.old WITH PROPERTIES ('team' = 'bob')",
        "CREATE TABLE @.sales.orders (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1)",
        "CREATE TABLE @.sales.items (id BIGINT, name STRING) USING iceberg",
        "INSERT INTO @.sales.items VALUES (1, 'nail')",
        "CREATE TABLE @.sales.tmp_load (id BIGINT) USING iceberg",
        "CREATE TABLE @.hr.people (id BIGINT) USING iceberg",
        "INSERT INTO @.hr.people VALUES (7)",
        "CREATE TABLE @.old.letters (id BIGINT) USING iceberg",
        "INSERT INTO @.old.letters VALUES (1), (2)");
    ofCatalog = Bcn.at(temp.resolve("of-catalog"));
    ofDatabase = Bcn.at(temp.resolve("of-database"));
    ofCatalog.backup(Scope.ofCatalog(source.catalog()));
    ofDatabase.backup(Scope.ofDatabase(source.catalog(), DatabaseName.parse("sales")));
    LAST.putAll(Contents.ofAll(source));
    source.sql(
        "DROP TABLE @.sales.items",
        "DROP TABLE @.old.letters",
        "DROP NAMESPACE @.old",
        "INSERT INTO @.sales.orders VALUES (2)");
    ofCatalog.backup();
    ofDatabase.backup();
    LAST.putAll(Contents.ofAll(source));
    source.vanish();
  }

  @Test
  @DisplayName("test_restore_subset_from_full_catalog_backup")
  void aDatabaseAndATableAreRestoredFromACatalogsBackup() {
    Lake target = target();

    RestoreSummary restored =
        restore(ofCatalog, target, databases("hr"), tables("sales.orders"), List.of());

    assertHolds(target, "hr.people", "sales.orders");
    assertThat(restored.databases())
        .containsExactly(DatabaseName.parse("hr"), DatabaseName.parse("sales"));
    assertThat(properties(target, "sales")).contains("(team,ann)");
  }

  @Test
  @DisplayName("test_restore_subset_from_full_database_backup")
  void aTableIsRestoredFromADatabasesBackup() {
    Lake target = target();

    restore(ofDatabase, target, databases(), tables("sales.orders"), List.of());

    assertHolds(target, "sales.orders");
    assertThatThrownBy(
            () -> restore(ofDatabase, target, databases("hr"), tables("hr.people"), List.of()))
        .as("the backup does not have it")
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageStartingWith("Cannot restore table 'hr.people': PIT");
    assertHolds(target, "sales.orders");
  }

  @Test
  @DisplayName("test_restore_with_object_filters")
  void whatIsIncludedAndNotExcludedIsRestored() {
    Lake one = target();
    restore(ofCatalog, one, databases("sales"), tables("hr.people"), List.of("*.tmp_*"));
    assertHolds(one, "hr.people", "sales.orders");

    Lake other = target();
    restore(ofCatalog, other, databases(), tables(), List.of("sales.*"));
    assertHolds(other, "hr.people");
  }

  @Test
  @DisplayName("test_restore_with_deleted_objects_included")
  void whatWasDeletedIsRestoredInItsLastState() {
    Lake target = target();

    RestoreSummary restored =
        ofCatalog.restore(
            "latest",
            new Selection(List.of(), List.of(), List.of(), Deleted.INCLUDED),
            Bcn.to(target));

    assertHolds(
        target, "hr.people", "old.letters", "sales.items", "sales.orders", "sales.tmp_load");
    assertThat(restored.tables()).hasSize(5);
  }

  @Test
  @DisplayName("test_restore_with_deleted_objects_excluded")
  void whatWasDeletedIsLeftOutByDefault() {
    Lake target = target();

    ofCatalog.restoreAll("latest", target);

    assertHolds(target, "hr.people", "sales.orders", "sales.tmp_load");
    assertThat(target.query("SHOW NAMESPACES IN @ LIKE 'old'").collectAsList()).isEmpty();
    assertThatThrownBy(
            () -> restore(ofCatalog, target, databases(), tables("sales.items"), List.of()))
        .isInstanceOfSatisfying(
            BcnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
              assertThat(e.hint()).contains("--include-deleted");
            })
        .hasMessageStartingWith("Cannot restore table 'sales.items': PIT");
  }

  private static void assertHolds(Lake target, String... tables) {
    Map<String, Contents> expected = new TreeMap<>(LAST);
    expected.keySet().retainAll(List.of(tables));
    assertThat(expected).hasSize(tables.length);
    Contents.assertEqual(Contents.ofAll(target), expected);
  }

  private static String properties(Lake lake, String database) {
    return lake.query("DESCRIBE NAMESPACE EXTENDED @." + database).collectAsList().toString();
  }

  private static Lake target() {
    targets++;
    return Lake.jdbc(temp.resolve("target-" + targets));
  }

  private static RestoreSummary restore(
      Bcn bcn,
      Lake target,
      List<DatabaseName> databases,
      List<TableName> tables,
      List<String> excluded) {
    return bcn.restore(
        "latest", new Selection(databases, tables, excluded, Deleted.LEFT_OUT), Bcn.to(target));
  }

  private static List<DatabaseName> databases(String... names) {
    return Stream.of(names).map(DatabaseName::parse).toList();
  }

  private static List<TableName> tables(String... names) {
    return Stream.of(names).map(TableName::parse).toList();
  }
}
