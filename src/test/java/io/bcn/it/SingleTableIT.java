package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.backup.BackupSummary;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table: backed up, changed, lost, restored. Specification, test group 1. */
class SingleTableIT {
  private static final TableName ORDERS = TableName.parse("sales.orders");

  @TempDir Path temp;
  private Lake source;
  private RepositoryFiles repository;
  private Bcn bcn;

  @BeforeEach
  void makeATableAndOneBesideIt() {
    source = Lake.jdbc(temp.resolve("source"));
    repository = new RepositoryFiles(temp.resolve("repo"));
    bcn = repository.bcn();
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT, text STRING) USING iceberg PARTITIONED BY (truncate(10, id))"
            + " TBLPROPERTIES ('write.delete.mode'='merge-on-read')",
        "INSERT INTO @.sales.orders SELECT id, concat('t', id) FROM range(30)",
        "DELETE FROM @.sales.orders WHERE id = 5",
        "CREATE TABLE @.sales.others (id BIGINT) USING iceberg");
  }

  private BackupSummary firstBackup() {
    return bcn.backup(Scope.ofTable(source.catalog(), ORDERS));
  }

  @Test
  @DisplayName("test_backup_single_table_first_time")
  void theFirstBackupCreatesTheManifests() {
    BackupSummary first = firstBackup();

    JsonNode manifest = repository.json("manifest.json");
    assertThat(manifest.get("version").asText()).isEqualTo("1");
    assertThat(manifest.get("granularity").asText()).isEqualTo("TABLE");
    assertThat(manifest.get("scope").get("catalog").asText()).isEqualTo(source.catalog());
    assertThat(manifest.get("scope").get("database").asText()).isEqualTo("sales");
    assertThat(manifest.get("scope").get("table").asText()).isEqualTo("orders");
    assertThat(manifest.get("created_at").asText()).startsWith("20");
    JsonNode pit = repository.pitJson(first);
    assertThat(manifest.get("last_pit")).isEqualTo(pit.get("pit_timestamp"));
    assertThat(pit.get("parent_pit").isNull()).isTrue();
    assertThat(pit.at("/included_objects/databases")).hasToString("[\"sales\"]");
    assertThat(pit.at("/included_objects/tables")).hasToString("{\"sales\":[\"orders\"]}");
    assertThat(pit.at("/deleted_in_source/databases")).hasToString("[]");
    assertThat(pit.at("/deleted_in_source/tables")).hasToString("[]");
    assertThat(pit.get("unchanged_objects").get("tables")).isEmpty();
    String table = "catalogs/%s/databases/sales/orders/".formatted(source.catalog());
    assertThat(repository.json(table + "table_manifest.json").get("states")).hasSize(1);
    assertThat(repository.all())
        .contains(table + "snapshots/" + first.pit().orElseThrow() + "/table_state.json")
        .noneMatch(file -> file.contains("/deltas/"))
        .noneMatch(file -> file.contains("/others/"))
        .noneMatch(file -> file.endsWith(".in_progress"));
    assertThat(WholePits.of(bcn.storage())).containsExactly(first.pit().orElseThrow());
  }

  @Test
  @DisplayName("test_incremental_backup_single_table")
  void aChangeIsDetectedAndOnlyItIsStored() {
    BackupSummary first = firstBackup();
    Map<String, Contents> before = Map.of("sales.orders", Contents.of(source, "sales.orders"));
    SortedSet<String> objects = repository.objects();
    source.sql("INSERT INTO @.sales.orders VALUES (100, 'new')");

    BackupSummary second = bcn.backup();

    Map<String, Contents> after = Map.of("sales.orders", Contents.of(source, "sales.orders"));
    TableEntry entry = repository.manifest(second).table(ORDERS).orElseThrow();
    assertThat(second.parentPit()).isEqualTo(first.pit());
    assertThat(entry.status()).isEqualTo(TableStatus.ACTIVE);
    assertThat(entry.storedIn()).isEqualTo(second.pit());
    SortedSet<String> added = repository.objects();
    added.removeAll(objects);
    // An append writes a data file, a manifest, a manifest list and a metadata file.
    assertThat(added).hasSize(4).allMatch(key -> key.contains("/deltas/" + second.pit().get()));
    assertThat(second.newFiles()).isEqualTo(4);
    assertThat(second.reusedFiles()).isEqualTo(first.newFiles());
    source.vanish();
    assertRestored(first, before);
    assertRestored(second, after);
  }

  @Test
  @DisplayName("test_incremental_backup_no_changes")
  void anUnchangedTableIsMarkedAndNothingOfItIsStored() {
    BackupSummary first = firstBackup();
    SortedSet<String> objects = repository.objects();
    Map<String, Contents> contents = Map.of("sales.orders", Contents.of(source, "sales.orders"));

    BackupSummary second = bcn.backup();

    assertThat(repository.objects()).isEqualTo(objects);
    assertThat(second.newFiles()).isZero();
    assertThat(second.tables().unchanged()).isEqualTo(1);
    PitManifest manifest = repository.manifest(second);
    assertThat(manifest.unchangedObjects().tables()).containsExactly(ORDERS);
    assertThat(manifest.deletedInSource().tables()).isEmpty();
    assertThat(manifest.table(ORDERS).orElseThrow().status()).isEqualTo(TableStatus.UNCHANGED);
    assertThat(manifest.table(ORDERS).orElseThrow().storedIn()).isEqualTo(first.pit());
    source.vanish();
    assertRestored(second, contents);
  }

  @Test
  @DisplayName("test_restore_single_table")
  void aLostTableReturnsToItsPlace() {
    firstBackup();
    Contents contents = Contents.of(source, "sales.orders");
    String uuid = source.uuid("sales.orders");
    source.sql("DROP TABLE @.sales.orders PURGE");
    assertThat(new RepositoryFiles(source.warehouse()).all())
        .as("files left by the purge")
        .noneMatch(file -> file.startsWith("sales/orders/") && !file.endsWith(".crc"));

    RestoreSummary restored = bcn.restore("latest", Selected.everything(), Bcn.to(source));

    assertThat(restored.tables())
        .singleElement()
        .satisfies(table -> assertThat(table.target()).isEqualTo(ORDERS));
    assertThat(restored.tables().get(0).location())
        .isEqualTo(source.warehouse().resolve("sales/orders").toString());
    assertThat(Contents.of(source, "sales.orders")).isEqualTo(contents);
    assertThat(source.uuid("sales.orders")).isEqualTo(uuid);
    assertThat(source.tables()).containsExactly("sales.orders", "sales.others");
  }

  @Test
  @DisplayName("test_restore_single_table_to_different_location")
  void aTableIsRestoredIntoAnotherCatalogAndDatabase() {
    firstBackup();
    Contents contents = Contents.of(source, "sales.orders");
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("target"));

    bcn.restore("latest", Selected.everything(), Bcn.to(target, DatabaseName.parse("archive")));

    Contents.assertEqual(Contents.ofAll(target), Map.of("archive.orders", contents));
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }

  @Test
  @DisplayName("test_backup_single_table_idempotent")
  void theSameStateBackedUpTwiceGivesTheSameButForIdsAndTimes() {
    firstBackup();
    RepositoryFiles other = new RepositoryFiles(temp.resolve("other-repo"));
    other.bcn().backup(Scope.ofTable(source.catalog(), ORDERS));

    Map<String, String> files = SameButForIds.of(repository);
    assertThat(files).hasSizeGreaterThan(10);
    assertThat(SameButForIds.of(other)).isEqualTo(files);

    JsonNode second = repository.pitJson(bcn.backup());
    SortedSet<String> before = repository.all();
    BackupSummary third = bcn.backup();

    SortedSet<String> added = repository.all();
    added.removeAll(before);
    assertThat(added)
        .singleElement(InstanceOfAssertFactories.STRING)
        .endsWith(third.pit().orElseThrow() + "/manifest.json");
    ObjectNode again = (ObjectNode) repository.pitJson(third);
    for (String id : List.of("pit_timestamp", "parent_pit", "parent_sha256", "run_id", "cut")) {
      assertThat(again.get(id)).as(id).isNotNull();
      again.set(id, second.get(id));
    }
    assertThat(again).isEqualTo(second);
  }

  private void assertRestored(BackupSummary pit, Map<String, Contents> expected) {
    Lake target = Lake.jdbc(temp.resolve("restored-" + pit.pit().orElseThrow()));
    bcn.restoreAll(pit.pit().orElseThrow().toString(), target);
    Contents.assertEqual(Contents.ofAll(target), expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }
}
