package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.backup.BackupSummary;
import io.bcn.format.Documents;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deleted, renamed and unchanged objects, and what is told of each. Specification, group 5. */
class EdgeCasesIT {
  private static final TableName KEPT = TableName.parse("db1.kept");

  @TempDir Path temp;
  private Lake source;
  private RepositoryFiles repository;
  private Bcn bcn;

  @BeforeEach
  void makeTwoTables() {
    source = Lake.jdbc(temp.resolve("source"));
    repository = new RepositoryFiles(temp.resolve("repo"));
    bcn = repository.bcn();
    source.sql(
        "CREATE NAMESPACE @.db1",
        "CREATE TABLE @.db1.kept (id BIGINT) USING iceberg",
        "INSERT INTO @.db1.kept VALUES (1)",
        "CREATE TABLE @.db1.moving (id BIGINT, text STRING) USING iceberg",
        "INSERT INTO @.db1.moving VALUES (10, 'ten')");
  }

  private BackupSummary firstBackup() {
    return bcn.backup(Scope.ofCatalog(source.catalog()));
  }

  @Test
  @DisplayName("test_deleted_table_tracking")
  void aDroppedTableIsTrackedUntilItIsBack() {
    String uuid = source.uuid("db1.moving");
    BackupSummary first = firstBackup();
    Map<String, Contents> before = Contents.ofAll(source);
    source.sql("DROP TABLE @.db1.moving");
    BackupSummary second = bcn.backup();
    BackupSummary third = bcn.backup();
    source.sql(
        "CREATE TABLE @.db1.moving (other STRING) USING iceberg",
        "INSERT INTO @.db1.moving VALUES ('another table')");
    BackupSummary fourth = bcn.backup();

    String when = repository.pitJson(second).at("/deleted_objects/0/deleted_at").asText();
    assertThat(deletedTables("db1")).as("a new table of the name is another").hasSize(1);
    JsonNode record = deletedTables("db1").get(0);
    assertThat(record.get("name").asText()).isEqualTo("moving");
    assertThat(record.get("database").asText()).isEqualTo("db1");
    assertThat(record.get("deleted_at").asText()).isEqualTo(when).startsWith("20").endsWith("Z");
    assertThat(record.get("last_pit_included"))
        .isEqualTo(repository.pitJson(first).get("pit_timestamp"));
    assertThat(record.get("source_object_id").asText()).isEqualTo(uuid);
    for (BackupSummary pit : List.of(second, third, fourth)) {
      assertThat(repository.pitJson(pit).get("deleted_objects").get(0)).isEqualTo(record);
    }
    assertThat(names(repository.manifest(second).deletedInSource().tables()))
        .containsExactly("db1.moving");
    assertThat(repository.manifest(third).deletedInSource().tables()).isEmpty();
    assertThat(repository.manifest(fourth).table(TableName.parse("db1.moving")).orElseThrow())
        .satisfies(
            entry -> {
              assertThat(entry.uuid()).contains(source.uuid("db1.moving"));
              assertThat(entry.status()).isEqualTo(TableStatus.ACTIVE);
              assertThat(entry.totals().newFiles()).isEqualTo(entry.totals().files());
            });
    Listing listing = Listing.of(repository.root(), "latest");
    assertThat(listing.table("db1.moving", "ACTIVE").get("last_pit_included").isNull()).isTrue();
    assertThat(listing.table("db1.moving", "DELETED").get("last_pit_included").asText())
        .isEqualTo(first.pit().orElseThrow().toString());
    Map<String, Contents> after = Contents.ofAll(source);
    source.vanish();
    assertRestored(first, before);
    assertRestored(third, Map.of("db1.kept", before.get("db1.kept")));
    assertRestored(fourth, after);
  }

  @Test
  @DisplayName("test_deleted_database_tracking")
  void aDroppedDatabaseIsTrackedUntilItIsBack() {
    source.sql(
        "CREATE NAMESPACE @.db2 WITH PROPERTIES ('team'='two')",
        "CREATE TABLE @.db2.inner (id BIGINT) USING iceberg");
    String uuid = source.uuid("db2.inner");
    BackupSummary first = firstBackup();
    Map<String, Contents> before = Contents.ofAll(source);
    source.sql("DROP TABLE @.db2.inner", "DROP NAMESPACE @.db2");
    BackupSummary second = bcn.backup();

    JsonNode record = deletedDatabases().get(0);
    assertThat(record.get("database").asText()).isEqualTo("db2");
    assertThat(record.get("name").isNull()).isTrue();
    assertThat(record.get("deleted_at").asText()).startsWith("20").endsWith("Z");
    assertThat(record.get("last_pit_included"))
        .isEqualTo(repository.pitJson(first).get("pit_timestamp"));
    assertThat(names(repository.manifest(second).deletedInSource().databases()))
        .containsExactly("db2");
    assertThat(repository.manifest(second).deletedObjects()).hasSize(2);
    assertThat(deletedTables("db2").get(0).get("source_object_id").asText()).isEqualTo(uuid);
    assertThat(
            Listing.of(repository.root(), "latest")
                .database("db2", "DELETED")
                .get("last_pit_included")
                .asText())
        .isEqualTo(first.pit().orElseThrow().toString());

    // The database comes back; the table in it is another one.
    source.sql("CREATE NAMESPACE @.db2", "CREATE TABLE @.db2.inner (other INT) USING iceberg");
    BackupSummary third = bcn.backup();

    assertThat(deletedDatabases()).isEmpty();
    assertThat(deletedTables("db2").get(0).get("source_object_id").asText()).isEqualTo(uuid);
    assertThat(repository.manifest(third).deletedObjects()).hasSize(1);
    Map<String, Contents> after = Contents.ofAll(source);
    source.vanish();
    assertRestored(first, before);
    assertRestored(third, after);
    Lake target = Lake.jdbc(temp.resolve("everything"));
    bcn.restore(
        second.pit().orElseThrow().toString(), Selected.everythingAndDeleted(), Bcn.to(target));
    Contents.assertEqual(Contents.ofAll(target), before);
    assertThat(target.query("DESCRIBE NAMESPACE EXTENDED @.db2").collectAsList().toString())
        .contains("(team,two)");
  }

  @Test
  @DisplayName("test_renamed_table_detection_with_object_id")
  void aRenameIsDetectedByTheUuid() {
    String uuid = source.uuid("db1.moving");
    BackupSummary first = firstBackup();
    Map<String, Contents> before = Contents.ofAll(source);
    SortedSet<String> objects = repository.objects();
    source.sql(
        "ALTER TABLE @.db1.moving RENAME TO db1.moved",
        "INSERT INTO @.db1.moved VALUES (11, 'eleven')");

    BackupSummary second = bcn.backup();

    TableEntry entry =
        repository.manifest(second).table(TableName.parse("db1.moved")).orElseThrow();
    assertThat(entry.renamedFrom()).contains(TableName.parse("db1.moving"));
    assertThat(entry.uuid()).contains(uuid);
    assertThat(repository.pitJson(second).at("/tables/1/renamed_from").asText())
        .isEqualTo("db1.moving");
    assertThat(repository.manifest(second).deletedInSource().tables()).isEmpty();
    SortedSet<String> added = repository.objects();
    added.removeAll(objects);
    assertThat(added).as("data file, manifest, manifest list, metadata file").hasSize(4);
    assertThat(
            Listing.of(repository.root(), "latest")
                .table("db1.moved", "ACTIVE")
                .get("renamed_from")
                .asText())
        .isEqualTo("db1.moving");
    Map<String, Contents> after = Contents.ofAll(source);
    source.vanish();
    assertRestored(first, before);
    assertRestored(second, after);
  }

  @Test
  @DisplayName("test_unnamed_table_without_object_id_treated_as_delete_create")
  void aRenamedTableWithoutAUuidIsADeletionAndANewTable() throws IOException {
    source.sql(
        "CREATE TABLE @.db1.old (id BIGINT) USING iceberg TBLPROPERTIES ('format-version'='1')",
        "INSERT INTO @.db1.old VALUES (3)");
    Contents contents = Contents.of(source, "db1.old");
    takeUuidAway(source.pointer("db1.old"));
    BackupSummary first = firstBackup();
    assertThat(repository.manifest(first).table(TableName.parse("db1.old")).orElseThrow().uuid())
        .isEmpty();
    BackupSummary unchanged = bcn.backup();
    assertThat(unchanged.tables().unchanged()).as("the name decides").isEqualTo(3);
    source.sql("ALTER TABLE @.db1.old RENAME TO db1.young");

    BackupSummary second = bcn.backup();

    PitManifest manifest = repository.manifest(second);
    TableEntry young = manifest.table(TableName.parse("db1.young")).orElseThrow();
    assertThat(young.renamedFrom()).isEmpty();
    assertThat(young.status()).isEqualTo(TableStatus.ACTIVE);
    assertThat(young.totals().newFiles()).isEqualTo(young.totals().files()).isPositive();
    assertThat(names(manifest.deletedInSource().tables())).containsExactly("db1.old");
    assertThat(deletedTables("db1").get(0).get("source_object_id").isNull()).isTrue();
    assertThat(second.tables().renamed()).isEmpty();
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restore(pit(unchanged), Selected.tables("db1.old"), Bcn.to(target));
    bcn.restore(pit(second), Selected.tables("db1.young"), Bcn.to(target));
    Contents.assertEqual(
        Contents.ofAll(target), Map.of("db1.old", contents, "db1.young", contents));
  }

  /** As writers of Iceberg's first version left tables. */
  private static void takeUuidAway(String pointer) throws IOException {
    Path file = Path.of(pointer.replaceFirst("^file:(//)?", ""));
    JsonMapper json = new JsonMapper();
    ObjectNode metadata = (ObjectNode) json.readTree(file.toFile());
    assertThat(metadata.remove("table-uuid")).isNotNull();
    Files.writeString(file, metadata.toString());
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  @Test
  @DisplayName("test_unchanged_object_in_manifest")
  void anUnchangedTableHasTheChecksumOfItsStateAndThePitThatStoredIt() throws IOException {
    BackupSummary first = firstBackup();
    source.sql("INSERT INTO @.db1.moving VALUES (11, 'eleven')");
    bcn.backup();
    BackupSummary third = bcn.backup();

    JsonNode pit = repository.pitJson(third);
    assertThat(pit.at("/unchanged_objects/tables")).hasToString("[\"db1.kept\",\"db1.moving\"]");
    assertThat(pit.at("/deleted_in_source/databases")).hasToString("[]");
    assertThat(pit.at("/deleted_in_source/tables")).hasToString("[]");
    TableEntry kept = repository.manifest(third).table(KEPT).orElseThrow();
    assertThat(kept.status()).isEqualTo(TableStatus.UNCHANGED);
    assertThat(kept.storedIn()).as("the PIT that stored it").isEqualTo(first.pit());
    String state = kept.state().orElseThrow().key().value();
    assertThat(state).contains("/kept/snapshots/" + pit(first) + "/");
    // The checksum is that of the bytes that the first PIT stored.
    assertThat(pit.at("/unchanged_objects/checksums/db1.kept").asText())
        .isEqualTo(Documents.sha256(Files.readAllBytes(repository.root().resolve(state))))
        .isEqualTo(
            repository.manifest(first).table(KEPT).orElseThrow().state().orElseThrow().sha256());
    // What is needed to see at the source that it is the same.
    assertThat(kept.uuid()).contains(source.uuid("db1.kept"));
    assertThat(kept.metadataLocation()).isEqualTo(source.pointer("db1.kept"));
    assertThat(
            Listing.of(repository.root(), "latest")
                .table("db1.kept", "UNCHANGED")
                .get("uuid")
                .asText())
        .isEqualTo(source.uuid("db1.kept"));
  }

  private JsonNode deletedTables(String database) {
    return repository
        .json("catalogs/%s/databases/%s/.deleted_tables.json".formatted(source.catalog(), database))
        .get("deleted_tables");
  }

  private JsonNode deletedDatabases() {
    return repository
        .json("catalogs/%s/databases/.deleted_databases.json".formatted(source.catalog()))
        .get("deleted_databases");
  }

  private static List<String> names(List<?> names) {
    return names.stream().map(Object::toString).toList();
  }

  private static String pit(BackupSummary summary) {
    return summary.pit().orElseThrow().toString();
  }

  private void assertRestored(BackupSummary pit, Map<String, Contents> expected) {
    Lake target = Lake.jdbc(temp.resolve("restored-" + pit(pit)));
    bcn.restoreAll(pit(pit), target);
    Contents.assertEqual(Contents.ofAll(target), expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }
}
