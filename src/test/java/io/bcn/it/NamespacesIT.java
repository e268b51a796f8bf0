package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.repository.Repository;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases: their properties, nested ones, empty ones, and what is in none. */
class NamespacesIT {
  @TempDir Path temp;
  private Lake source;
  private Bcn bcn;

  @BeforeEach
  void nestedAndEmptyDatabases() {
    source = Lake.jdbc(temp.resolve("source"));
    bcn = Bcn.at(temp.resolve("repo"));
    source.sql(
        "CREATE NAMESPACE @.a WITH DBPROPERTIES ('team' = 'ann')",
        "CREATE NAMESPACE @.a.b.c WITH DBPROPERTIES ('depth' = 'three')",
        "CREATE NAMESPACE @.void WITH DBPROPERTIES ('left' = 'empty')",
        "CREATE TABLE @.a.b.c.t (id INT) USING iceberg");
  }

  @Test
  void nestedEmptyAndChangedDatabasesComeBackAsEachPitHasThem() {
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));
    source.sql("ALTER NAMESPACE @.a SET PROPERTIES ('team' = 'bob', 'room' = '7')");
    BackupSummary second = bcn.backup();
    source.vanish();

    assertThat(second.tables().unchanged()).isEqualTo(1);
    assertThat(manifest(first).databases())
        .extracting(database -> database.name().toString())
        .containsExactly("a", "a.b", "a.b.c", "void");
    Lake before = Lake.jdbc(temp.resolve("before"));
    bcn.restoreAll(first.pit().orElseThrow().toString(), before);
    assertThat(properties(before, "a")).isEqualTo(Map.of("team", "ann"));
    Lake after = Lake.jdbc(temp.resolve("after"));
    RestoreSummary restored = bcn.restoreAll("latest", after);

    assertThat(properties(after, "a")).isEqualTo(Map.of("team", "bob", "room", "7"));
    assertThat(properties(after, "a", "b", "c")).isEqualTo(Map.of("depth", "three"));
    assertThat(properties(after, "void")).isEqualTo(Map.of("left", "empty"));
    assertThat(after.query("SELECT * FROM @.a.b.c.t").count()).isZero();
    assertThat(restored.notices()).isEmpty();
  }

  @Test
  void aDatabaseOfItsOwnBringsTheOnesAboveItAlong() {
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake target = Lake.jdbc(temp.resolve("target"));
    target.sql("CREATE NAMESPACE @.a WITH DBPROPERTIES ('team' = 'eve')");

    RestoreSummary restored =
        bcn.restore(
            "latest",
            new RestoreRequest.Selection(
                List.of(DatabaseName.parse("a.b.c")),
                List.of(),
                List.of(),
                RestoreRequest.Deleted.LEFT_OUT),
            Bcn.to(target));

    assertThat(properties(target, "a", "b", "c")).isEqualTo(Map.of("depth", "three"));
    assertThat(properties(target, "a")).as("the target's own").isEqualTo(Map.of("team", "eve"));
    assertThat(restored.notices())
        .containsExactly(
            "Database 'a' was there and keeps its properties; in the PIT others are: team");
    assertThat(namespaces(target).namespaceExists(Namespace.of("void"))).isFalse();
  }

  @Test
  void aDatabaseIsRestoredWithTheOnesNestedInItWhichKeepTheirPlace() {
    source.sql("CREATE TABLE @.a.t (id INT) USING iceberg");
    bcn.backup(Scope.ofCatalog(source.catalog()));
    RestoreRequest.Selection a =
        new RestoreRequest.Selection(
            List.of(DatabaseName.parse("a")),
            List.of(),
            List.of(),
            RestoreRequest.Deleted.LEFT_OUT);
    Lake target = Lake.jdbc(temp.resolve("target"));

    bcn.restore("latest", a, Bcn.to(target));
    bcn.restore("latest", a, Bcn.to(target, DatabaseName.parse("x.y")));

    assertThat(target.query("SELECT * FROM @.a.b.c.t").count()).isZero();
    assertThat(target.query("SELECT * FROM @.x.y.t").count()).isZero();
    assertThat(target.query("SELECT * FROM @.x.y.b.c.t").count()).isZero();
    assertThat(properties(target, "x", "y", "b", "c")).isEqualTo(Map.of("depth", "three"));
    assertThat(namespaces(target).namespaceExists(Namespace.of("void"))).isFalse();
  }

  @Test
  void aCatalogThatKeepsNoPropertiesSaysWhichAreLost() {
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake target = Lake.hadoop(temp.resolve("target"));

    RestoreSummary restored = bcn.restoreAll("latest", target);

    String lost = "Catalog '%s' does not keep property '%s' of database '%s'";
    assertThat(restored.notices())
        .containsExactly(
            lost.formatted(target.catalog(), "owner", "a"),
            lost.formatted(target.catalog(), "team", "a"),
            lost.formatted(target.catalog(), "depth", "a.b.c"),
            lost.formatted(target.catalog(), "owner", "a.b.c"),
            lost.formatted(target.catalog(), "left", "void"),
            lost.formatted(target.catalog(), "owner", "void"));
    assertThat(namespaces(target).namespaceExists(Namespace.of("void"))).isTrue();
    assertThat(target.query("SELECT * FROM @.a.b.c.t").count()).isZero();
  }

  @Test
  void whatIsNoTableOfADatabaseIsReportedAsSkipped() {
    Spark3Util.loadIcebergCatalog(SharedSpark.session(), source.catalog())
        .createTable(
            TableIdentifier.of("loose"),
            new Schema(Types.NestedField.required(1, "id", Types.IntegerType.get())));

    BackupSummary backup = bcn.backup(Scope.ofCatalog(source.catalog()));

    assertThat(backup.complete()).isTrue();
    assertThat(backup.skipped())
        .containsExactly(
            new PitManifest.SkippedObject(
                TableName.parse("(none).loose"), "it lies in no database"));
    assertThat(manifest(backup).skippedObjects()).isEqualTo(backup.skipped());
  }

  private PitManifest manifest(BackupSummary backup) {
    return Repository.open(bcn.storage()).find(backup.pit().orElseThrow()).orElseThrow().manifest();
  }

  private static Map<String, String> properties(Lake lake, String... levels) {
    Map<String, String> properties =
        new TreeMap<>(namespaces(lake).loadNamespaceMetadata(Namespace.of(levels)));
    String location = properties.remove("location");
    assertThat(location).isEqualTo(lake.warehouse() + "/" + String.join("/", levels));
    // Spark sets it to who runs the tests.
    properties.remove("owner");
    return properties;
  }

  private static SupportsNamespaces namespaces(Lake lake) {
    return (SupportsNamespaces)
        Spark3Util.loadIcebergCatalog(SharedSpark.session(), lake.catalog());
  }
}
