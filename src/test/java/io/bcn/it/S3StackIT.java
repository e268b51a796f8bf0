package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.format.ObjectKey;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables and repositories on S3. Specification, test group 7. */
@EnabledIf(value = S3Server.CAN_RUN, disabledReason = S3Server.WHY_NOT)
class S3StackIT {
  private static final TableName ORDERS = TableName.parse("sales.orders");

  @TempDir Path temp;

  static Stream<S3Place> minio() {
    return Stream.concat(Stream.of(S3Place.ofServer()), MinioContainer.place().stream());
  }

  @DisplayName("test_local_minio_backup_single_table")
  @ParameterizedTest(name = "on {0}")
  @MethodSource("minio")
  void aTableOnMinioIsBackedUpToMinio(S3Place place) {
    singleTableIsBackedUpAndComesBack(place);
  }

  @DisplayName("test_local_minio_incremental_backup")
  @ParameterizedTest(name = "on {0}")
  @MethodSource("minio")
  void onMinioOnlyChangesAreStored(S3Place place) {
    onlyChangesAreStored(place);
  }

  @Test
  @DisplayName("test_aws_s3_backup_single_table")
  void aTableOnAwsIsBackedUpToAws() {
    singleTableIsBackedUpAndComesBack(S3Place.ofAws());
  }

  @Test
  @DisplayName("test_aws_s3_incremental_backup")
  void onAwsOnlyChangesAreStored() {
    onlyChangesAreStored(S3Place.ofAws());
  }

  @Test
  @DisplayName("test_restore_from_local_to_aws")
  void aLocalRepositoryIsRestoredToAws() {
    S3Place place = S3Place.ofAws();
    Lake source = orders(Lake.jdbc(temp.resolve("local")));
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Map<String, Contents> expected = Contents.ofAll(source);
    source.vanish();

    Lake target = place.lake(temp.resolve("target"), "restored");
    bcn.restoreAll("latest", target);

    Contents.assertEqual(Contents.ofAll(target), expected);
    assertThat(locations(target))
        .allMatch(file -> file.startsWith(place.location("s3", "restored")));
    target.sql("DELETE FROM @.sales.orders WHERE id = 7");
    place.vanish("restored");
  }

  /** Backed up to {@code s3a:}, the source removed, and restored to another folder. */
  private void singleTableIsBackedUpAndComesBack(S3Place place) {
    Lake source = orders(place.lake(temp.resolve("source"), "lake"));
    Bcn bcn = Bcn.at(place.storage("s3a", "repo"));
    BackupSummary first = bcn.backup(Scope.ofTable(source.catalog(), ORDERS));
    assertThat(first.failures()).isEmpty();
    assertThat(first.repository()).isEqualTo(place.location("s3", "repo"));
    assertThat(bcn.storage().stat(ObjectKey.of("manifest.json"))).isPresent();
    assertThat(WholePits.of(bcn.storage())).containsExactly(first.pit().orElseThrow());
    Contents expected = Contents.of(source, "sales.orders");
    place.vanish("lake");

    Lake target = place.lake(temp.resolve("target"), "restored");
    bcn.restoreAll("latest", target);

    Contents.assertEqual(Contents.ofAll(target), Map.of("sales.orders", expected));
    assertThat(locations(target))
        .allMatch(file -> file.startsWith(place.location("s3", "restored")));
    place.vanish("repo");
    place.vanish("restored");
  }

  private void onlyChangesAreStored(S3Place place) {
    Lake source = orders(place.lake(temp.resolve("source"), "lake"));
    Bcn bcn = Bcn.at(place.storage("s3", "repo"));
    BackupSummary first = bcn.backup(Scope.ofTable(source.catalog(), ORDERS));
    Map<String, Contents> before = Contents.ofAll(source);
    long objects = objects(bcn.storage());
    source.sql("INSERT INTO @.sales.orders VALUES (100, 'new')");

    BackupSummary second = bcn.backup();
    BackupSummary third = bcn.backup();

    assertThat(second.parentPit()).isEqualTo(first.pit());
    assertThat(second.newFiles()).isEqualTo(4);
    assertThat(second.reusedFiles()).isEqualTo(first.newFiles());
    assertThat(third.newFiles()).isZero();
    assertThat(third.tables().unchanged()).isEqualTo(1);
    assertThat(objects(bcn.storage())).isEqualTo(objects + 4);
    Map<String, Contents> after = Contents.ofAll(source);
    place.vanish("lake");
    assertRestored(bcn, first, before, place.lake(temp.resolve("one"), "one"));
    assertRestored(bcn, third, after, place.lake(temp.resolve("three"), "three"));
    List.of("repo", "one", "three").forEach(place::vanish);
  }

  private static void assertRestored(
      Bcn bcn, BackupSummary pit, Map<String, Contents> expected, Lake target) {
    bcn.restoreAll(pit.pit().orElseThrow().toString(), target);
    Contents.assertEqual(Contents.ofAll(target), expected);
  }

  /** One table of format version 2 with position deletes, and the folder that it has. */
  private static Lake orders(Lake lake) {
    return lake.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT, text STRING) USING iceberg PARTITIONED BY (truncate(10, id))"
            + " TBLPROPERTIES ('write.delete.mode'='merge-on-read')",
        "INSERT INTO @.sales.orders SELECT id, concat('t', id) FROM range(30)",
        "DELETE FROM @.sales.orders WHERE id = 5");
  }

  private static long objects(Storage storage) {
    try (var found = storage.list(ObjectKey.of("catalogs"))) {
      return found.filter(object -> object.key().value().contains("/objects/")).count();
    }
  }

  static List<String> locations(Lake lake) {
    return lake
        .query(
            "SELECT file_path FROM @.sales.orders.all_files UNION ALL"
                + " SELECT path FROM @.sales.orders.all_manifests UNION ALL"
                + " SELECT manifest_list FROM @.sales.orders.snapshots")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
