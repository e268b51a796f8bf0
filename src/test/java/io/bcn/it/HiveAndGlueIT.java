package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.spark.Spark3Util;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Hive and Glue have of their own: databases that place tables, parameters, rules for names.
 */
class HiveAndGlueIT {
  private static final String DATABASE = "bcn_sales";
  private static final String TABLE = DATABASE + ".orders";

  @TempDir Path temp;
  private Bcn bcn;

  @BeforeEach
  void emptyRepository() {
    bcn = Bcn.at(temp.resolve("repo"));
  }

  @Test
  @DisplayName("test_local_hive_metadata_restore")
  void aLostHiveDatabaseComesBackWithItsTablesAsTheMetastoreHadThem() {
    Lake hive = Lake.hive(temp.resolve("hive"));
    begin(hive);
    hive.sql("CREATE VIEW @." + DATABASE + ".big AS SELECT 1 AS id");
    HiveTables metastore = HiveTables.of(hive);
    metastore.createOther(DATABASE, "csv");
    Map<String, String> before = metastore.parameters(DATABASE, "orders");
    assertThat(bcn.backup(Scope.ofCatalog(hive.catalog())).skipped())
        .containsExactly(
            new SkippedObject(TableName.parse(DATABASE + ".csv"), "it is not an Iceberg table"));
    goOn(hive);
    bcn.backup();
    Contents expected = Contents.of(hive, TABLE);
    String uuid = hive.uuid(TABLE);
    String location = location(hive);
    metastore.drop(DATABASE, "csv");
    hive.sql("DROP VIEW @." + DATABASE + ".big", "DROP TABLE @." + TABLE + " PURGE");
    hive.sql("DROP NAMESPACE @." + DATABASE);

    RestoreSummary planned = restore(hive, RestoreRequest.Action.PLAN_ONLY);
    assertThat(planned.tables().get(0).location()).isEqualTo(location);
    assertThat(namespaces(hive).namespaceExists(Namespace.of(DATABASE))).isFalse();
    RestoreSummary restored = restore(hive, RestoreRequest.Action.RESTORE);

    assertThat(Contents.of(hive, TABLE)).isEqualTo(expected);
    assertThat(hive.uuid(TABLE)).isEqualTo(uuid);
    assertThat(restored.tables().get(0).location()).isEqualTo(location);
    assertThat(hive.query("SELECT * FROM @." + DATABASE + ".big").collectAsList())
        .hasToString("[[1]]");
    assertThat(properties(hive)).containsEntry("team", "ann");
    Map<String, String> after = metastore.parameters(DATABASE, "orders");
    assertThat(after)
        .containsEntry("table_type", "ICEBERG")
        .containsEntry("uuid", uuid)
        .containsEntry("metadata_location", hive.pointer(TABLE))
        .containsKey("current-schema");
    assertThat(after.keySet()).containsAll(List.of("EXTERNAL", "metadata_location"));
    assertThat(before).containsEntry("table_type", "ICEBERG");
    hive.sql("INSERT INTO @." + TABLE + " VALUES (100, 'again')");
  }

  @Test
  @DisplayName("test_aws_glue_metadata_handling")
  void glueHasTablesAndDatabasesAgainAsThePitHasThem() {
    GlueAccount account = GlueAccount.assumeAvailable();
    Lake glue = account.lake(temp.resolve("glue"));
    begin(glue);
    bcn.backup(Scope.ofDatabase(glue.catalog(), DatabaseName.parse(DATABASE)));
    goOn(glue);
    assertThat(bcn.backup().tables().active()).isEqualTo(1);
    Contents expected = Contents.of(glue, TABLE);
    glue.sql("DROP TABLE @." + TABLE + " PURGE", "DROP NAMESPACE @." + DATABASE);

    RestoreSummary restored = restore(glue, RestoreRequest.Action.RESTORE);

    assertThat(Contents.of(glue, TABLE)).isEqualTo(expected);
    assertThat(properties(glue)).containsEntry("team", "ann");
    assertThat(account.parameters(glue, DATABASE, "orders"))
        .containsEntry("table_type", "ICEBERG")
        .containsEntry("metadata_location", pointer(restored));
    TableName notGlues = TableName.parse("bcn_sales.orders-2026");
    assertThatThrownBy(
            () ->
                bcn.restore(
                    "latest",
                    new RestoreRequest.Selection(
                        List.of(),
                        List.of(TableName.parse(TABLE)),
                        List.of(),
                        RestoreRequest.Deleted.LEFT_OUT),
                    Bcn.to(glue, notGlues)))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessage(
            "Cannot restore 'bcn_sales.orders-2026' into catalog '%s': it takes databases of one level; names of letters, digits and _"
                .formatted(glue.catalog()));
    glue.sql("DROP TABLE @." + TABLE + " PURGE", "DROP NAMESPACE @." + DATABASE);
  }

  private static String pointer(RestoreSummary restored) {
    return restored.tables().get(0).metadataLocation();
  }

  @Test
  @DisplayName("test_aws_glue_vs_hive_compatibility")
  void whatHiveHadGlueTakesAndBack() {
    GlueAccount account = GlueAccount.assumeAvailable();
    Lake hive = Lake.hive(temp.resolve("hive"));
    Lake glue = account.lake(temp.resolve("glue"));
    begin(hive);
    bcn.backup(Scope.ofDatabase(hive.catalog(), DatabaseName.parse(DATABASE)));
    goOn(hive);
    bcn.backup();
    Contents expected = Contents.of(hive, TABLE);
    hive.vanish();

    restore(glue, RestoreRequest.Action.RESTORE);
    assertThat(Contents.of(glue, TABLE)).isEqualTo(expected);
    assertThat(properties(glue)).containsEntry("team", "ann");

    glue.sql("INSERT INTO @." + TABLE + " VALUES (200, 'from glue')");
    Contents inGlue = Contents.of(glue, TABLE);
    bcn = Bcn.at(temp.resolve("repo-of-glue"));
    bcn.backup(Scope.ofDatabase(glue.catalog(), DatabaseName.parse(DATABASE)));
    glue.sql("DROP TABLE @." + TABLE + " PURGE", "DROP NAMESPACE @." + DATABASE);
    Lake back = Lake.hive(temp.resolve("back"));

    restore(back, RestoreRequest.Action.RESTORE);
    assertThat(Contents.of(back, TABLE)).isEqualTo(inGlue);
    assertThat(properties(back)).containsEntry("team", "ann");
  }

  private static void begin(Lake lake) {
    lake.sql(
        "CREATE NAMESPACE @." + DATABASE + " WITH DBPROPERTIES ('team' = 'ann')",
        "CREATE TABLE @."
            + TABLE
            + " (id BIGINT, name STRING) USING iceberg PARTITIONED BY (name)"
            + " TBLPROPERTIES ('format-version'='2','write.delete.mode'='merge-on-read','owner.team'='x')",
        "INSERT INTO @." + TABLE + " VALUES (1, 'a'), (2, 'a'), (3, 'b')");
  }

  private static void goOn(Lake lake) {
    lake.sql(
        "DELETE FROM @." + TABLE + " WHERE id = 2",
        "ALTER TABLE @." + TABLE + " CREATE TAG second",
        "INSERT INTO @." + TABLE + " VALUES (4, 'c')");
  }

  private RestoreSummary restore(Lake target, RestoreRequest.Action action) {
    return bcn.restore(
        new RestoreRequest(
            bcn.storage(),
            "latest",
            new RestoreRequest.Selection(
                List.of(DatabaseName.parse(DATABASE)),
                List.of(),
                List.of(),
                RestoreRequest.Deleted.LEFT_OUT),
            Bcn.to(target),
            RestoreRequest.IfExists.FAIL,
            RestoreRequest.Uuids.FRESH_ELSEWHERE,
            RestoreRequest.Contents.WHOLE,
            RestoreRequest.Partial.REFUSED_AT_HOME,
            action,
            SharedSpark.settings()));
  }

  private static String location(Lake lake) {
    return lake.query("DESCRIBE TABLE EXTENDED @." + TABLE)
        .filter("col_name = 'Location'")
        .collectAsList()
        .get(0)
        .getString(1);
  }

  private static Map<String, String> properties(Lake lake) {
    return namespaces(lake).loadNamespaceMetadata(Namespace.of(DATABASE));
  }

  private static SupportsNamespaces namespaces(Lake lake) {
    return (SupportsNamespaces)
        Spark3Util.loadIcebergCatalog(SharedSpark.session(), lake.catalog());
  }
}
