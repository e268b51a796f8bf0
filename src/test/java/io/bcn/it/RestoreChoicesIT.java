package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Selection;
import io.bcn.restore.RestoreRequest.Target;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
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

  private static PitId first;
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
        "CREATE TABLE @.hr.items (id BIGINT) USING iceberg",
        "CREATE TABLE @.old.letters (id BIGINT) USING iceberg",
        "INSERT INTO @.old.letters VALUES (1), (2)");
    ofCatalog = Bcn.at(temp.resolve("of-catalog"));
    ofDatabase = Bcn.at(temp.resolve("of-database"));
    first = ofCatalog.backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow();
    ofDatabase.backup(Scope.ofDatabase(source.catalog(), DatabaseName.parse("sales")));
    LAST.putAll(Contents.ofAll(source));
    source.sql(
        "ALTER TABLE @.hr.people RENAME TO hr.staff",
        "DROP TABLE @.hr.items",
        "CREATE TABLE @.hr.items (id BIGINT, another STRING) USING iceberg",
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

    assertHolds(target, "hr.items", "hr.staff", "sales.orders");
    assertThat(restored.databases()).containsExactlyElementsOf(databases("hr", "sales"));
    assertThat(properties(target, "sales")).contains("(team,ann)");
  }

  @Test
  @DisplayName("test_restore_subset_from_full_database_backup")
  void aTableIsRestoredFromADatabasesBackup() {
    Lake target = target();

    restore(ofDatabase, target, databases(), tables("sales.orders"), List.of());

    assertHolds(target, "sales.orders");
    assertThatThrownBy(
            () -> restore(ofDatabase, target, databases("hr"), tables("hr.staff"), List.of()))
        .as("the backup does not have it")
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageStartingWith("Cannot restore table 'hr.staff': PIT");
    assertHolds(target, "sales.orders");
  }

  @Test
  @DisplayName("test_restore_with_object_filters")
  void whatIsIncludedAndNotExcludedIsRestored() {
    Lake one = target();
    restore(ofCatalog, one, databases("sales"), tables("hr.staff"), List.of("*.tmp_*"));
    assertHolds(one, "hr.staff", "sales.orders");

    Lake other = target();
    RestoreSummary restored =
        restore(ofCatalog, other, databases(), tables(), List.of("sales.*", "hr.item?", "web.*"));
    assertHolds(other, "hr.staff");
    assertThat(restored.notices())
        .containsExactly("--exclude 'web.*' matches no table that is chosen");
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
        target,
        "hr.items",
        "hr.staff",
        "old.letters",
        "sales.items",
        "sales.orders",
        "sales.tmp_load");
    assertThat(restored.tables()).hasSize(6);
    assertThat(properties(target, "old")).contains("(team,bob)");
    assertThat(restored.notices())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith(
            "Another table 'hr.items', deleted in the source, is not restored, as its name is taken:"
                + " PIT %s has it".formatted(first))
        .contains("--pit %s --table hr.items --target-table".formatted(first));
  }

  @Test
  @DisplayName("test_restore_with_deleted_objects_excluded")
  void whatWasDeletedIsLeftOutByDefault() {
    Lake target = target();

    ofCatalog.restoreAll("latest", target);

    assertHolds(target, "hr.items", "hr.staff", "sales.orders", "sales.tmp_load");
    assertThat(target.query("SHOW NAMESPACES IN @ LIKE 'old'").collectAsList()).isEmpty();
  }

  @Test
  void theChoicesWorkTogether() {
    Lake target = target();

    ofCatalog.restore(
        "latest",
        new Selection(
            databases("sales", "old"), tables("hr.staff"), List.of("*.tmp_*"), Deleted.INCLUDED),
        Bcn.to(target, DatabaseName.parse("all")));

    assertThat(target.tables())
        .containsExactly("all.items", "all.letters", "all.orders", "all.staff");
    assertThat(Contents.of(target, "all.letters")).isEqualTo(LAST.get("old.letters"));
    assertThat(Contents.of(target, "all.items")).isEqualTo(LAST.get("sales.items"));
  }

  @Test
  void whatCannotBeMeantIsRefusedWithItsReason() {
    Lake target = target();
    Selection all = new Selection(List.of(), List.of(), List.of(), Deleted.LEFT_OUT);
    Target there = Bcn.to(target);

    assertRefused(
        ErrorCode.USAGE,
        "--exclude 'sales.*', 'hr.*' leaves no table of what is chosen",
        "Exclude less",
        new Selection(List.of(), List.of(), List.of("sales.*", "hr.*"), Deleted.LEFT_OUT),
        there);
    assertRefused(
        ErrorCode.USAGE,
        "--target-table is for one table",
        "Choose the table with --table",
        all,
        new Target(there.catalog(), Optional.empty(), Optional.of("one"), Optional.empty()));
    assertRefused(
        ErrorCode.USAGE,
        "Cannot restore 'hr.items' and 'sales.items': both would become 'all.items'",
        "without --target-database",
        new Selection(List.of(), List.of(), List.of(), Deleted.INCLUDED),
        Bcn.to(target, DatabaseName.parse("all")));
    assertRefused(
        ErrorCode.NOT_FOUND,
        "Cannot restore table 'sales.items': PIT",
        "use --include-deleted, or --pit %s".formatted(first),
        new Selection(List.of(), tables("sales.items"), List.of(), Deleted.LEFT_OUT),
        there);
    assertRefused(
        ErrorCode.NOT_FOUND,
        "Cannot restore database 'old': PIT",
        "use --include-deleted, or --pit %s".formatted(first),
        new Selection(databases("old"), List.of(), List.of(), Deleted.LEFT_OUT),
        there);
    assertRefused(
        ErrorCode.NOT_FOUND,
        "Cannot restore table 'hr.people': PIT",
        "It has a new name: --table hr.staff.",
        new Selection(List.of(), tables("hr.people"), List.of(), Deleted.LEFT_OUT),
        there);
    assertRefused(
        ErrorCode.NOT_FOUND,
        "Cannot restore table 'sales.odrers': PIT",
        "Did you mean 'sales.orders'?",
        new Selection(List.of(), tables("sales.odrers"), List.of(), Deleted.LEFT_OUT),
        there);
    assertRefused(
        ErrorCode.NOT_FOUND,
        "Cannot restore database 'slaes': PIT",
        "Did you mean 'sales'?",
        new Selection(databases("slaes"), List.of(), List.of(), Deleted.INCLUDED),
        there);
    assertThat(target.tables()).isEmpty();
  }

  private static void assertRefused(
      ErrorCode code, String reason, String hint, Selection selection, Target target) {
    assertThatThrownBy(() -> ofCatalog.restore("latest", selection, target))
        .isInstanceOfSatisfying(
            BcnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.hint()).contains(hint);
            })
        .hasMessageContaining(reason);
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
