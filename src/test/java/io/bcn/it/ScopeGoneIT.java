package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupRequest.EmptySources;
import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository is locked to is gone from the source, or the source is not the source. */
class ScopeGoneIT {
  private static final TableName ORDERS = TableName.parse("sales.orders");

  @TempDir Path temp;

  private Lake lake(Lake lake) {
    return lake.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE NAMESPACE @.web",
        "CREATE TABLE @.sales.orders (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1)");
  }

  @Test
  void aDroppedTableOfATablesRepositoryIsADeletionAndMayComeBackAsAnother() {
    Lake source = lake(Lake.jdbc(temp.resolve("source")));
    RepositoryFiles repository = new RepositoryFiles(temp.resolve("repo"));
    Bcn bcn = repository.bcn();
    BackupSummary first = bcn.backup(Scope.ofTable(source.catalog(), ORDERS));
    Map<String, Contents> before = Contents.ofAll(source);
    source.sql("DROP TABLE @.sales.orders");

    BackupSummary second = bcn.backup(Scope.ofTable(source.catalog(), ORDERS));

    assertThat(second.complete()).isTrue();
    assertThat(second.tables().deleted()).containsExactly(ORDERS);
    assertThat(second.warnings())
        .containsExactly(
            "Table 'sales.orders' is not in the source any more; PIT %s is the last that has it."
                .formatted(first.pit().orElseThrow()));
    assertThat(repository.manifest(second).tables()).isEmpty();
    assertThat(repository.manifest(second).deletedObjects()).hasSize(1);
    assertThat(
            repository
                .json(
                    "catalogs/%s/databases/sales/.deleted_tables.json".formatted(source.catalog()))
                .at("/deleted_tables/0/name")
                .asText())
        .isEqualTo("orders");
    assertThat(bcn.backup().warnings()).as("it is told once").isEmpty();

    source.sql(
        "CREATE TABLE @.sales.orders (other STRING) USING iceberg",
        "INSERT INTO @.sales.orders VALUES ('new')");
    BackupSummary last = bcn.backup();
    Map<String, Contents> after = Contents.ofAll(source);
    source.vanish();
    assertRestored(bcn, first, before);
    assertRestored(bcn, last, after);
    Lake target = Lake.jdbc(temp.resolve("with-deleted"));
    assertThat(bcn.restore("latest", Selected.everythingAndDeleted(), Bcn.to(target)).notices())
        .singleElement()
        .satisfies(
            notice ->
                assertThat(notice)
                    .startsWith("Another table 'sales.orders', deleted in the source, ")
                    .contains(
                        "is not restored, as its name is taken: PIT %s has it (UUID "
                            .formatted(first.pit().orElseThrow()))
                    .endsWith(
                        "--pit %s --table sales.orders --target-table <new name> restores it"
                            .formatted(first.pit().orElseThrow())));
    Contents.assertEqual(Contents.ofAll(target), after);
  }

  @Test
  void aTableThatLeavesTheScopeIsADeletionItsNewNameIsToldAndBackAgainItIsNotStoredAgain() {
    Lake source = lake(Lake.jdbc(temp.resolve("source")));
    source.sql("CREATE TABLE @.sales.rates (currency STRING) USING iceberg");
    RepositoryFiles repository = new RepositoryFiles(temp.resolve("repo"));
    Bcn table = repository.bcn();
    Bcn database = Bcn.at(temp.resolve("of-database"));
    BackupSummary first = table.backup(Scope.ofTable(source.catalog(), ORDERS));
    database.backup(Scope.ofDatabase(source.catalog(), DatabaseName.parse("sales")));
    source.sql("ALTER TABLE @.sales.orders RENAME TO web.purchases");

    BackupSummary second = table.backup();
    BackupSummary ofDatabase = database.backup();

    assertThat(List.of(second, ofDatabase))
        .allSatisfy(backup -> assertThat(backup.tables().deleted()).containsExactly(ORDERS));
    String moved =
        "Table 'sales.orders' was not deleted: its UUID is now that of 'web.purchases', which %s does not cover. Back that table up into another repository, or rename it back.";
    assertThat(second.warnings()).hasSize(2).last().isEqualTo(moved.formatted(second.scope()));
    assertThat(ofDatabase.warnings()).containsExactly(moved.formatted(ofDatabase.scope()));
    assertThat(database.backup().warnings()).as("it is told once").isEmpty();

    source.sql(
        "ALTER TABLE @.web.purchases RENAME TO sales.orders",
        "INSERT INTO @.sales.orders VALUES (2)");
    BackupSummary third = table.backup();

    assertThat(third.tables().active()).isEqualTo(1);
    assertThat(third.copiedFiles())
        .as("of one insert: metadata file, manifest list, manifest, data file")
        .isEqualTo(4);
    assertThat(repository.manifest(third).deletedObjects()).as("the same UUID").isEmpty();
    Map<String, Contents> after = Map.of("sales.orders", Contents.of(source, "sales.orders"));
    source.vanish();
    assertRestored(table, third, after);
    assertThat(first.copiedFiles()).as("created and filled once").isEqualTo(5);
  }

  @Test
  void aDroppedDatabaseOfADatabasesRepositoryIsADeletion() {
    Lake source = lake(Lake.jdbc(temp.resolve("source")));
    RepositoryFiles repository = new RepositoryFiles(temp.resolve("repo"));
    Bcn bcn = repository.bcn();
    DatabaseName sales = DatabaseName.parse("sales");
    BackupSummary first = bcn.backup(Scope.ofDatabase(source.catalog(), sales));
    Map<String, Contents> before = Contents.ofAll(source);
    source.sql("DROP TABLE @.sales.orders", "DROP NAMESPACE @.sales");

    BackupSummary second = bcn.backup();

    assertThat(second.complete()).isTrue();
    assertThat(second.tables().deletedDatabases()).containsExactly(sales);
    assertThat(second.warnings())
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning)
                    .startsWith(
                        "None of the 1 tables of PIT %s is in the source any more."
                            .formatted(first.pit().orElseThrow())));
    assertThat(repository.manifest(second).databases()).isEmpty();
    source.vanish();
    assertRestored(bcn, first, before);
  }

  @Test
  void anEmptyWarehouseIsNotTakenForDeletionsUnlessTheUserSaysSo() throws IOException {
    Lake source = lake(Lake.hadoop(temp.resolve("source")));
    RepositoryFiles repository = new RepositoryFiles(temp.resolve("repo"));
    Bcn bcn = repository.bcn();
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));
    Map<String, Contents> before = Contents.ofAll(source);
    source.vanish();

    assertThatThrownBy(bcn::backup)
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageContaining("its warehouse '%s' does not exist".formatted(source.warehouse()));
    // The mount point of a disk that is not mounted.
    Files.createDirectories(source.warehouse());
    assertThatThrownBy(bcn::backup)
        .isInstanceOfSatisfying(
            BcnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
              assertThat(e.hint()).contains("--allow-empty");
            })
        .hasMessage(
            "Cannot find any of the 1 tables of PIT %s in catalog '%s': it has no database at all"
                .formatted(first.pit().orElseThrow(), source.catalog()));
    assertThat(WholePits.of(bcn.storage())).containsExactly(first.pit().orElseThrow());

    BackupSummary agreed = bcn.backup(allowingEmpty(bcn));

    assertThat(agreed.tables().deleted()).containsExactly(ORDERS);
    assertThat(agreed.tables().deletedDatabases()).hasSize(2);
    assertThat(agreed.warnings()).hasSize(1);
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restore("latest", Selected.everythingAndDeleted(), Bcn.to(target));
    Contents.assertEqual(Contents.ofAll(target), before);
  }

  @Test
  void anotherCatalogUnderTheSameNameIsNotTakenForDeletions() {
    Lake source = lake(Lake.jdbc(temp.resolve("source")));
    Lake other = lake(Lake.jdbc(temp.resolve("other")));
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));
    Map<String, String> confused = new HashMap<>(SharedSpark.settings());
    String prefix = "spark.sql.catalog.%s.";
    List.of("uri", "warehouse")
        .forEach(
            key ->
                confused.put(
                    prefix.formatted(source.catalog()) + key,
                    confused.get(prefix.formatted(other.catalog()) + key)));

    // Iceberg keeps a JDBC catalog's tables under the catalog's name: here it has none.
    assertThatThrownBy(() -> bcn.backup(with(bcn, confused, EmptySources.REFUSED)))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageStartingWith(
            "Cannot find any of the 1 tables of PIT " + first.pit().orElseThrow());
    confused.put(prefix.formatted(source.catalog()) + "type", "hadoop");
    confused.put(
        prefix.formatted(source.catalog()) + "warehouse",
        temp.resolve("other/warehouse").toString());
    assertThatThrownBy(() -> bcn.backup(with(bcn, confused, EmptySources.REFUSED)))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("and it is configured otherwise than before (type hadoop, was jdbc;")
        .hasMessageContaining("warehouse %s".formatted(temp.resolve("other/warehouse")));
    assertThat(WholePits.of(bcn.storage())).containsExactly(first.pit().orElseThrow());
  }

  private static BackupRequest allowingEmpty(Bcn bcn) {
    return with(bcn, SharedSpark.settings(), EmptySources.RECORDED);
  }

  private static BackupRequest with(
      Bcn bcn, Map<String, String> settings, EmptySources emptySources) {
    BackupRequest usual = bcn.request(Optional.empty());
    return new BackupRequest(
        usual.storage(),
        usual.scope(),
        usual.coverage(),
        usual.reuse(),
        usual.action(),
        usual.consistency(),
        emptySources,
        usual.runId(),
        settings,
        usual.lease());
  }

  private void assertRestored(Bcn bcn, BackupSummary pit, Map<String, Contents> expected) {
    String id = pit.pit().orElseThrow().toString();
    Lake target = Lake.jdbc(temp.resolve("restored-" + id));
    bcn.restoreAll(id, target);
    Contents.assertEqual(Contents.ofAll(target), expected);
  }
}
