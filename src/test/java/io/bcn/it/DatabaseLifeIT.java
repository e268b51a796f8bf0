package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.backup.BackupSummary;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database through PITs, as its tables come, go and change names. Specification, group 2. */
class DatabaseLifeIT {
  @TempDir Path temp;
  private Lake source;
  private RepositoryFiles repository;
  private Bcn bcn;

  @BeforeEach
  void makeADatabaseOfTwoTablesAndAnotherOne() {
    source = Lake.jdbc(temp.resolve("source"));
    repository = new RepositoryFiles(temp.resolve("repo"));
    bcn = repository.bcn();
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT, text STRING) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1, 'one'), (2, 'two')",
        "CREATE TABLE @.sales.rates (currency STRING) USING iceberg TBLPROPERTIES ('format-version'='3')",
        "INSERT INTO @.sales.rates VALUES ('EUR')",
        "CREATE NAMESPACE @.web",
        "CREATE TABLE @.web.clicks (id BIGINT) USING iceberg");
  }

  private BackupSummary firstBackup() {
    return bcn.backup(Scope.ofDatabase(source.catalog(), DatabaseName.parse("sales")));
  }

  /** What the source's database holds now. */
  private Map<String, Contents> sales() {
    Map<String, Contents> contents = new TreeMap<>();
    source.tables().stream()
        .filter(table -> table.startsWith("sales."))
        .forEach(table -> contents.put(table, Contents.of(source, table)));
    return contents;
  }

  @Test
  @DisplayName("test_backup_entire_database")
  void allTablesOfTheDatabaseAreBackedUpAndNoOther() {
    source.sql("CREATE TABLE @.sales.empty (id BIGINT) USING iceberg");

    BackupSummary first = firstBackup();

    JsonNode manifest = repository.json("manifest.json");
    assertThat(manifest.get("granularity").asText()).isEqualTo("DATABASE");
    assertThat(manifest.get("scope").get("database").asText()).isEqualTo("sales");
    assertThat(manifest.get("scope").get("table").isNull()).isTrue();
    assertThat(repository.pitJson(first).at("/included_objects/databases"))
        .hasToString("[\"sales\"]");
    assertThat(repository.pitJson(first).at("/included_objects/tables"))
        .hasToString("{\"sales\":[\"empty\",\"orders\",\"rates\"]}");
    assertThat(repository.all()).noneMatch(file -> file.contains("web"));
    Map<String, Contents> contents = sales();
    assertThat(contents).hasSize(3);
    source.vanish();
    assertRestored(first, contents);
  }

  @Test
  @DisplayName("test_incremental_database_with_new_tables")
  void aNewTableIsFoundAndTheOthersAreNotStoredAgain() {
    BackupSummary first = firstBackup();
    Map<String, Contents> before = sales();
    source.sql(
        "CREATE TABLE @.sales.returns (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.returns VALUES (9)");

    BackupSummary second = bcn.backup();

    PitManifest manifest = repository.manifest(second);
    assertThat(manifest.table(TableName.parse("sales.returns")).orElseThrow().status())
        .isEqualTo(TableStatus.ACTIVE);
    assertThat(manifest.unchangedObjects().tables())
        .extracting(TableName::toString)
        .containsExactly("sales.orders", "sales.rates");
    assertThat(second.changes())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.table()).hasToString("sales.returns");
              assertThat(change.change()).isEqualTo("NEW");
              assertThat(change.newFiles()).isEqualTo(second.newFiles());
            });
    Map<String, Contents> after = sales();
    source.vanish();
    assertRestored(first, before);
    assertRestored(second, after);
  }

  @Test
  @DisplayName("test_incremental_database_with_deleted_tables")
  void aDroppedTableIsRecordedAndItsPitStillHasIt() {
    BackupSummary first = firstBackup();
    Map<String, Contents> before = sales();
    source.sql("DROP TABLE @.sales.rates PURGE");

    BackupSummary second = bcn.backup();

    assertThat(second.complete()).isTrue();
    assertThat(second.tables().deleted())
        .extracting(TableName::toString)
        .containsExactly("sales.rates");
    assertThat(repository.pitJson(second).at("/deleted_in_source/databases")).hasToString("[]");
    assertThat(repository.pitJson(second).at("/deleted_in_source/tables"))
        .hasToString("[\"sales.rates\"]");
    JsonNode deleted =
        repository
            .json("catalogs/%s/databases/sales/.deleted_tables.json".formatted(source.catalog()))
            .get("deleted_tables");
    assertThat(deleted).hasSize(1);
    assertThat(deleted.get(0).get("name").asText()).isEqualTo("rates");
    assertThat(
            Listing.of(repository.root(), "latest")
                .table("sales.rates", "DELETED")
                .get("last_pit_included")
                .asText())
        .isEqualTo(first.pit().orElseThrow().toString());
    Map<String, Contents> after = sales();
    assertThat(after).hasSize(1);
    source.vanish();
    assertRestored(first, before);
    assertRestored(second, after);
  }

  @Test
  @DisplayName("test_incremental_database_with_renamed_tables")
  void aRenamedTableIsFoundByItsUuidAndNoByteIsStoredAgain() {
    BackupSummary first = firstBackup();
    Map<String, Contents> before = sales();
    SortedSet<String> objects = repository.objects();
    source.sql("ALTER TABLE @.sales.orders RENAME TO sales.purchases");

    BackupSummary second = bcn.backup();

    assertThat(repository.objects()).isEqualTo(objects);
    assertThat(second.copiedBytes()).isZero();
    assertThat(second.tables().renamed())
        .singleElement()
        .satisfies(
            rename -> {
              assertThat(rename.from()).hasToString("sales.orders");
              assertThat(rename.to()).hasToString("sales.purchases");
            });
    assertThat(second.tables().deleted()).isEmpty();
    assertThat(repository.manifest(second).deletedObjects()).isEmpty();
    assertThat(
            Listing.of(repository.root(), "latest")
                .table("sales.purchases", "UNCHANGED")
                .get("renamed_from")
                .asText())
        .isEqualTo("sales.orders");
    Map<String, Contents> after = sales();
    assertThat(after.get("sales.purchases")).isEqualTo(before.get("sales.orders"));
    source.vanish();
    assertRestored(first, before);
    assertRestored(second, after);
  }

  @Test
  @DisplayName("test_restore_partial_database_subset")
  void aPartOfTheDatabaseIsRestored() {
    source.sql("CREATE TABLE @.sales.third (id BIGINT) USING iceberg");
    firstBackup();
    Map<String, Contents> expected = sales();
    expected.remove("sales.orders");
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("target"));

    bcn.restore("latest", Selected.tables("sales.rates", "sales.third"), Bcn.to(target));

    Contents.assertEqual(Contents.ofAll(target), expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }

  @Test
  @DisplayName("test_restore_database_to_different_catalog")
  void theDatabaseIsRestoredIntoACatalogOfAnotherKindUnderAnotherName() {
    firstBackup();
    Map<String, Contents> expected = new TreeMap<>();
    sales()
        .forEach(
            (table, contents) -> expected.put(table.replace("sales.", "sales_copy."), contents));
    source.vanish();
    Lake target = Lake.hadoop(temp.resolve("target"));

    bcn.restore(
        "latest", Selected.database("sales"), Bcn.to(target, DatabaseName.parse("sales_copy")));

    Contents.assertEqual(Contents.ofAll(target), expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }

  private void assertRestored(BackupSummary pit, Map<String, Contents> expected) {
    Lake target = Lake.jdbc(temp.resolve("restored-" + pit.pit().orElseThrow()));
    bcn.restoreAll(pit.pit().orElseThrow().toString(), target);
    Contents.assertEqual(Contents.ofAll(target), expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }
}
