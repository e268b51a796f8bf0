package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.repository.Repository;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Partial;
import io.bcn.restore.RestoreRequest.Selection;
import io.bcn.restore.RestoreSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of the rows of one table that match a filter, and what they restore. */
class PartialBackupIT {
  private static final TableName EVENTS = TableName.parse("db.events");
  private static final String RECENT = "day >= DATE'2026-02-25' AND region = 'eu'";

  @TempDir Path temp;
  private Lake source;
  private Bcn bcn;

  private Scope begin(String partitions, String properties) {
    source = Lake.jdbc(temp.resolve("source"));
    bcn = Bcn.at(temp.resolve("repo"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.events (id BIGINT, day DATE, region STRING) USING iceberg %s TBLPROPERTIES (%s)"
            .formatted(partitions, properties));
    return Scope.ofTable(source.catalog(), EVENTS);
  }

  @Test
  @DisplayName("test_large_table_partial_backup")
  void aPartOfALargeTableIsBackedUpAndRestoredAsAPart() throws IOException {
    Scope scope =
        begin(
            "PARTITIONED BY (days(day), region)",
            "'format-version'='2','write.delete.mode'='merge-on-read','commit.manifest-merge.enabled'='false'");
    // 59 days of two regions: 118 files, of which the filter covers four.
    source.sql(
        "INSERT INTO @.db.events SELECT id, date_add(DATE'2026-01-01', cast(id % 59 AS INT)),"
            + " if(id % 2 = 0, 'eu', 'us') FROM range(590)",
        "ALTER TABLE @.db.events CREATE TAG begin",
        "DELETE FROM @.db.events WHERE id % 59 > 50 AND id < 200",
        "INSERT INTO @.db.events VALUES (1000, DATE'2026-01-02', 'us'), (1001, NULL, 'eu'), (1002, DATE'2026-02-27', NULL)");
    Map<String, Contents> expected = new LinkedHashMap<>();

    BackupSummary first = bcn.backup(scope, RECENT);

    assertThat(first.coverage()).isEqualTo(RECENT);
    assertCopied(first, 4);
    expected.put(first.pit().orElseThrow().toString(), Contents.of(source, "db.events", RECENT));
    source.sql(
        "ALTER TABLE @.db.events CREATE BRANCH late",
        "INSERT INTO @.db.events.branch_late VALUES (2000, DATE'2026-02-28', 'eu'), (2001, DATE'2026-02-28', 'us')",
        "INSERT INTO @.db.events VALUES (3000, DATE'2026-03-01', 'eu'), (3001, DATE'2026-03-01', 'us')",
        "CALL @.system.rewrite_manifests('db.events')",
        "DELETE FROM @.db.events WHERE day = DATE'2026-02-26'");

    BackupSummary second = bcn.backup();

    assertThat(second.coverage()).isEqualTo(RECENT);
    assertCopied(second, 2);
    expected.put(second.pit().orElseThrow().toString(), Contents.of(source, "db.events", RECENT));
    assertThat(Repository.open(bcn.storage()).coverage()).isEqualTo(RECENT);
    assertThat(state(second).coverage()).isEqualTo(RECENT);
    source.vanish();

    expected.forEach(
        (pit, contents) -> {
          Lake target = Lake.jdbc(temp.resolve("restored-" + pit));
          RestoreSummary summary = bcn.restoreAll(pit, target);
          assertThat(contents.rows().get("now")).hasSizeGreaterThan(10);
          assertThat(Contents.of(target, "db.events")).isEqualTo(contents);
          PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
          assertSaysThatItIsAPart(summary, target);
          assertCountsAreTrue(target);
        });
  }

  /** Data and delete files; manifests and metadata files come on top. */
  private void assertCopied(BackupSummary summary, int dataFiles) throws IOException {
    try (Stream<Path> files = Files.walk(temp.resolve("repo"))) {
      List<String> data =
          files
              .map(Path::toString)
              .filter(file -> file.contains("/" + summary.pit().orElseThrow() + "/objects/"))
              .filter(file -> file.endsWith(".parquet") && !file.endsWith("-deletes.parquet"))
              .toList();
      assertThat(data).hasSize(dataFiles);
    }
  }

  private TableState state(BackupSummary summary) {
    Repository repository = Repository.open(bcn.storage());
    return repository.state(
        repository
            .find(summary.pit().orElseThrow())
            .orElseThrow()
            .manifest()
            .table(EVENTS)
            .orElseThrow()
            .state()
            .orElseThrow());
  }

  private static void assertSaysThatItIsAPart(RestoreSummary summary, Lake target) {
    assertThat(summary.tables())
        .singleElement()
        .satisfies(table -> assertThat(table.coverage()).isEqualTo(RECENT));
    assertThat(summary.notices())
        .containsExactly(
            "Table 'db.events' is not complete: it holds only the rows where %s, as its property bcn.coverage says"
                .formatted(RECENT));
    assertThat(rows(target, "SHOW TBLPROPERTIES @.db.events"))
        .contains("[bcn.coverage,%s]".formatted(RECENT));
    assertThat(
            rows(target, "SELECT DISTINCT explode(map_keys(summary)) FROM @.db.events.snapshots"))
        .noneMatch(key -> key.matches("\\[(total|added|deleted|removed)-.*"));
  }

  /** What manifest lists say of manifests, against the manifests' own entries. */
  private static void assertCountsAreTrue(Lake target) {
    String entries =
        "SELECT count(*), sum(data_file.record_count) FROM @.db.events.entries WHERE data_file.content %s AND status < 2";
    String listed =
        "SELECT sum(added_%1$s_files_count + existing_%1$s_files_count) FROM @.db.events.manifests";
    Row data = target.query(entries.formatted("= 0")).first();
    Row deletes = target.query(entries.formatted("> 0")).first();
    assertThat(target.query(listed.formatted("data")).first().getLong(0))
        .isEqualTo(data.getLong(0));
    assertThat(target.query(listed.formatted("delete")).first().getLong(0))
        .isEqualTo(deletes.getLong(0));
    assertThat(
            rows(target, "SELECT DISTINCT data_file.partition.region FROM @.db.events.all_entries"))
        .containsExactly("[eu]");
  }

  @Test
  void aFilterThatCutsThroughAFileIsRefusedAndLocksNothing() {
    Scope scope = begin("", "'format-version'='1'");
    source.sql("INSERT INTO @.db.events VALUES (1, DATE'2026-01-01', 'eu'), (2, NULL, 'us')");

    assertRefused(scope, "the spec has no partition field for column 'region'");
    assertThat(temp.resolve("repo")).doesNotExist();

    // A new spec is not enough: the file of the old one is still there.
    source.sql(
        "ALTER TABLE @.db.events ADD PARTITION FIELD region",
        "INSERT INTO @.db.events VALUES (3, DATE'2026-01-01', 'eu'), (4, DATE'2026-01-01', 'us')");
    assertRefused(scope, "of partition spec 0 (unpartitioned)");
    source.sql(
        "CALL @.system.rewrite_data_files(table => 'db.events', options => map('rewrite-all', 'true'))");
    assertRefused(scope, "of partition spec 0 (unpartitioned)");
    source.sql(
        "CALL @.system.expire_snapshots(table => 'db.events', older_than => TIMESTAMP'2099-01-01 00:00:00', retain_last => 1)");

    BackupSummary accepted = bcn.backup(scope, "region = 'eu'");

    assertThat(accepted.complete()).isTrue();
    // Of a finer spec both kinds of files can be told.
    source.sql(
        "ALTER TABLE @.db.events ADD PARTITION FIELD bucket(4, id)",
        "INSERT INTO @.db.events VALUES (5, NULL, 'eu'), (6, NULL, 'us'), (7, NULL, NULL)",
        "DELETE FROM @.db.events WHERE id = 1");
    BackupSummary finer = bcn.backup();
    Contents expected = Contents.of(source, "db.events", "region = 'eu'");
    source.sql(
        "ALTER TABLE @.db.events DROP PARTITION FIELD region",
        "INSERT INTO @.db.events VALUES (8, NULL, 'eu')");
    assertThatThrownBy(() -> bcn.backup())
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageContaining("the spec has no partition field for column 'region'");
    source.vanish();

    Lake target = Lake.hadoop(temp.resolve("target"));
    RestoreSummary restored = bcn.restoreAll("latest", target);

    assertThat(restored.pit()).isEqualTo(finer.pit().orElseThrow());
    assertThat(Contents.of(target, "db.events")).isEqualTo(expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
    target.sql(
        "INSERT INTO @.db.events VALUES (9000, NULL, 'us')",
        "DELETE FROM @.db.events WHERE id = 9000",
        "CALL @.system.rewrite_manifests('db.events')",
        "CALL @.system.rewrite_data_files('db.events')");
    assertThat(rows(target, "SELECT * FROM @.db.events")).isEqualTo(expected.rows().get("now"));
  }

  private void assertRefused(Scope scope, String reason) {
    assertThatThrownBy(() -> bcn.backup(scope, "region = 'eu'"))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageStartingWith("Cannot back up rows where region = 'eu': file ")
        .hasMessageContaining(reason);
  }

  @Test
  void theCoverageIsLockedAndAPartComesHomeOnlyWhenAccepted() throws IOException {
    Scope scope = begin("PARTITIONED BY (region)", "'format-version'='2'");
    source.sql("INSERT INTO @.db.events VALUES (1, NULL, 'eu'), (2, NULL, 'us')");
    assertThatThrownBy(
            () -> bcn.backup(Scope.ofDatabase(source.catalog(), EVENTS.database()), "id = 1"))
        .hasMessageContaining("only one table can be backed up in part");
    bcn.backup(scope, "region = 'eu'");

    assertThatThrownBy(() -> bcn.backup(scope, "region = 'us'"))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCOPE_MISMATCH))
        .hasMessageContaining("Cannot back up the rows where region = 'us' into repository")
        .hasMessageContaining("it is locked to the rows where region = 'eu' of TABLE");
    assertThat(bcn.backup(scope, "region='eu'").tables().unchanged()).isEqualTo(1);
    Bcn whole = Bcn.at(temp.resolve("whole"));
    whole.backup(scope);
    assertThatThrownBy(() -> whole.backup(scope, "region = 'eu'"))
        .hasMessageContaining("it is locked to all rows of TABLE");

    source.sql("DROP TABLE @.db.events");
    assertThatThrownBy(() -> home(Partial.REFUSED_AT_HOME))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessage(
            "Cannot restore table 'db.events' under its own name: the backup holds only the rows where region = 'eu'");
    // The files of the whole table are still there, and must stay what they are.
    List<byte[]> before = metadata();
    assertThatThrownBy(() -> home(Partial.ACCEPTED))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TARGET_EXISTS))
        .hasMessageContaining("the original file is still there");
    assertThat(metadata()).usingRecursiveComparison().isEqualTo(before);

    source.vanish();
    home(Partial.ACCEPTED);
    assertThat(rows(source, "SELECT * FROM @.db.events")).containsExactly("[1,null,eu]");
  }

  private List<byte[]> metadata() throws IOException {
    try (Stream<Path> files = Files.walk(source.warehouse())) {
      return files
          .filter(file -> file.toString().endsWith(".avro"))
          .sorted()
          .map(PartialBackupIT::bytes)
          .toList();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private RestoreSummary home(Partial partial) {
    return bcn.restore(
        new RestoreRequest(
            bcn.storage(),
            "latest",
            new Selection(List.of(), List.of(), List.of(), Deleted.LEFT_OUT),
            Bcn.to(source),
            RestoreRequest.IfExists.FAIL,
            RestoreRequest.Uuids.FRESH_ELSEWHERE,
            RestoreRequest.Contents.WHOLE,
            partial,
            RestoreRequest.Action.RESTORE,
            SharedSpark.settings()));
  }

  private static List<String> rows(Lake lake, String query) {
    return lake.query(query).collectAsList().stream().map(Row::toString).sorted().toList();
  }
}
