package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.backup.BackupSummary;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog through PITs, as its databases come and go. Specification, group 3. */
class CatalogLifeIT {
  @TempDir Path temp;
  private Lake source;
  private RepositoryFiles repository;
  private Bcn bcn;

  @BeforeEach
  void makeTwoDatabases() {
    source = Lake.jdbc(temp.resolve("source"));
    repository = new RepositoryFiles(temp.resolve("repo"));
    bcn = repository.bcn();
    source.sql(
        "CREATE NAMESPACE @.sales WITH PROPERTIES ('team'='sales')",
        "CREATE TABLE @.sales.orders (id BIGINT, text STRING) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1, 'one'), (2, 'two')",
        "CREATE NAMESPACE @.web",
        "CREATE TABLE @.web.clicks (id BIGINT) USING iceberg",
        "INSERT INTO @.web.clicks VALUES (1)");
  }

  private BackupSummary firstBackup() {
    return bcn.backup(Scope.ofCatalog(source.catalog()));
  }

  @Test
  @DisplayName("test_backup_entire_catalog")
  void allDatabasesAndTablesAreBackedUp() {
    source.sql("CREATE NAMESPACE @.lab");

    BackupSummary first = firstBackup();

    JsonNode manifest = repository.json("manifest.json");
    assertThat(manifest.get("granularity").asText()).isEqualTo("CATALOG");
    assertThat(manifest.get("scope"))
        .hasToString(
            "{\"catalog\":\"%s\",\"database\":null,\"table\":null}".formatted(source.catalog()));
    assertThat(repository.pitJson(first).at("/included_objects/databases"))
        .hasToString("[\"lab\",\"sales\",\"web\"]");
    assertThat(repository.pitJson(first).at("/included_objects/tables"))
        .hasToString("{\"sales\":[\"orders\"],\"web\":[\"clicks\"]}");
    String catalog = "catalogs/" + source.catalog() + "/";
    assertThat(repository.all())
        .contains(
            catalog + "catalog_metadata.json",
            catalog + "databases/lab/database_metadata.json",
            catalog + "databases/sales/database_metadata.json",
            catalog + "databases/sales/orders/table_manifest.json",
            catalog + "databases/web/clicks/table_manifest.json");
    assertThat(WholePits.of(bcn.storage())).containsExactly(first.pit().orElseThrow());
    Map<String, Contents> contents = Contents.ofAll(source);
    source.vanish();
    assertRestored(first, contents);
  }

  @Test
  @DisplayName("test_incremental_catalog_backup")
  void eachPitStoresWhatChangedAnywhereAndCanBeRestored() {
    BackupSummary first = firstBackup();
    Map<String, Contents> atFirst = Contents.ofAll(source);
    source.sql("INSERT INTO @.sales.orders VALUES (3, 'three')");
    BackupSummary second = bcn.backup();
    Map<String, Contents> atSecond = Contents.ofAll(source);
    source.sql("DELETE FROM @.web.clicks", "INSERT INTO @.web.clicks VALUES (7)");

    BackupSummary third = bcn.backup();

    Map<String, Contents> atThird = Contents.ofAll(source);
    assertThat(second.parentPit()).isEqualTo(first.pit());
    assertThat(third.parentPit()).isEqualTo(second.pit());
    assertThat(repository.manifest(third).parentSha256())
        .contains(repository.committed(second).sha256());
    assertThat(second.changes())
        .extracting(change -> change.table().toString())
        .containsExactly("sales.orders");
    assertThat(third.changes())
        .extracting(change -> change.table().toString())
        .containsExactly("web.clicks");
    assertThat(third.newFiles()).isLessThan(third.reusedFiles());
    source.vanish();
    assertRestored(first, atFirst);
    assertRestored(second, atSecond);
    assertRestored(third, atThird);
  }

  @Test
  @DisplayName("test_incremental_catalog_with_new_database")
  void aNewDatabaseIsFound() {
    BackupSummary first = firstBackup();
    Map<String, Contents> before = Contents.ofAll(source);
    source.sql(
        "CREATE NAMESPACE @.lab",
        "CREATE TABLE @.lab.runs (id INT) USING iceberg",
        "INSERT INTO @.lab.runs VALUES (5)");

    BackupSummary second = bcn.backup();

    PitManifest manifest = repository.manifest(second);
    assertThat(manifest.includedObjects().databases())
        .extracting(DatabaseName::toString)
        .containsExactly("lab", "sales", "web");
    assertThat(manifest.deletedInSource().databases()).isEmpty();
    assertThat(second.tables().unchanged()).isEqualTo(2);
    assertThat(second.changes())
        .extracting(change -> change.table().toString())
        .containsExactly("lab.runs");
    Listing listing = Listing.of(repository.root(), "latest");
    assertThat(listing.database("lab", "ACTIVE").get("tables").asInt()).isEqualTo(1);
    assertThat(listing.database("web", "UNCHANGED")).isNotNull();
    Map<String, Contents> after = Contents.ofAll(source);
    source.vanish();
    assertRestored(first, before);
    assertRestored(second, after);
  }

  @Test
  @DisplayName("test_incremental_catalog_with_deleted_database")
  void aDroppedDatabaseIsRecordedAndItsPitStillHasIt() {
    BackupSummary first = firstBackup();
    Map<String, Contents> before = Contents.ofAll(source);
    source.sql("DROP TABLE @.web.clicks PURGE", "DROP NAMESPACE @.web");

    BackupSummary second = bcn.backup();

    assertThat(second.complete()).isTrue();
    assertThat(second.warnings()).isEmpty();
    assertThat(second.tables().deletedDatabases())
        .extracting(DatabaseName::toString)
        .containsExactly("web");
    assertThat(repository.pitJson(second).at("/deleted_in_source/databases"))
        .hasToString("[\"web\"]");
    assertThat(repository.pitJson(second).at("/deleted_in_source/tables"))
        .hasToString("[\"web.clicks\"]");
    assertThat(repository.pitJson(second).at("/included_objects/databases"))
        .hasToString("[\"sales\"]");
    assertThat(repository.pitJson(second).at("/included_objects/tables"))
        .hasToString("{\"sales\":[\"orders\"]}");
    assertThat(
            Listing.of(repository.root(), "latest")
                .database("web", "DELETED")
                .get("last_pit_included")
                .asText())
        .isEqualTo(first.pit().orElseThrow().toString());
    Map<String, Contents> after = Contents.ofAll(source);
    assertThat(after).containsOnlyKeys("sales.orders");
    source.vanish();
    assertRestored(first, before);
    assertRestored(second, after);
  }

  @Test
  @DisplayName("test_restore_full_catalog")
  void allOfALostCatalogIsRestored() {
    source.sql("CREATE NAMESPACE @.lab WITH PROPERTIES ('use'='none yet')");
    firstBackup();
    source.sql("CREATE TABLE @.web.pages (id BIGINT) USING iceberg PARTITIONED BY (bucket(2, id))");
    source.sql("INSERT INTO @.web.pages SELECT id FROM range(10)");
    bcn.backup();
    Map<String, Contents> contents = Contents.ofAll(source);
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("target"));

    RestoreSummary restored = bcn.restoreAll("latest", target);

    assertThat(restored.tables()).hasSize(3);
    Contents.assertEqual(Contents.ofAll(target), contents);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
    assertThat(
            target
                .query("SHOW NAMESPACES IN @")
                .as(org.apache.spark.sql.Encoders.STRING())
                .collectAsList())
        .containsExactlyInAnyOrder("lab", "sales", "web");
    assertThat(properties(target, "lab")).contains("(use,none yet)");
    assertThat(properties(target, "sales")).contains("(team,sales)");
  }

  @Test
  @DisplayName("test_restore_catalog_subset_to_new_location")
  void aDatabaseAndATableAreRestoredToAFolderOfTheUsersChoice() {
    source.sql("CREATE TABLE @.sales.rates (currency STRING) USING iceberg");
    source.sql("CREATE TABLE @.sales.left_out (id BIGINT) USING iceberg");
    firstBackup();
    Map<String, Contents> expected = new TreeMap<>(Contents.ofAll(source));
    expected.keySet().retainAll(List.of("web.clicks", "sales.orders", "sales.rates"));
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("target"));
    Path folder = target.warehouse().resolve("chosen");

    RestoreSummary restored =
        bcn.restore(
            "latest",
            Selected.database("web", "sales.orders", "sales.rates"),
            new RestoreRequest.Target(
                Optional.of(target.catalog()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(folder.toString())));

    assertThat(restored.tables())
        .extracting(RestoreSummary.Restored::location)
        .containsExactly(folder + "/sales/orders", folder + "/sales/rates", folder + "/web/clicks");
    Contents.assertEqual(Contents.ofAll(target), expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }

  private static String properties(Lake lake, String database) {
    List<Row> rows = lake.query("DESCRIBE NAMESPACE EXTENDED @." + database).collectAsList();
    return rows.toString();
  }

  private void assertRestored(BackupSummary pit, Map<String, Contents> expected) {
    Lake target = Lake.jdbc(temp.resolve("restored-" + pit.pit().orElseThrow()));
    bcn.restoreAll(pit.pit().orElseThrow().toString(), target);
    Contents.assertEqual(Contents.ofAll(target), expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }
}
