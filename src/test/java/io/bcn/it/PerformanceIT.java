package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.restore.RestoreSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Work follows change, and no Spark job is a table's own. Specification, group 9.
 *
 * <p>What is asserted is counted: files, jobs. Times are printed, and bounded so generously that
 * only another order of magnitude would fail. With {@code -Dbcn.full=true} there are 2,000 tables.
 */
class PerformanceIT {
  private static final int TABLES = Boolean.getBoolean("bcn.full") ? 2000 : 200;
  private static final int FILES = 3;

  /** Of a table that was filled by one commit: metadata files, manifest list, manifest, data. */
  private static final int FILES_IN_ALL = FILES + 4;

  private static final Duration MOST_FOR_A_TABLE = Duration.ofSeconds(1);

  @TempDir static Path temp;
  private static Lake source;
  private static Bcn bcn;
  private static PitId first;
  private static Duration firstTook;

  @BeforeAll
  static void backUpManyTables() throws IOException {
    source = Lake.hadoop(temp.resolve("source"));
    SyntheticTable.main(
        source.warehouse().toString(),
        Integer.toString(TABLES),
        Integer.toString(FILES),
        Integer.toString(FILES),
        "2000",
        "written");
    bcn = Bcn.at(temp.resolve("repo"));
    SharedSpark.session().range(1).count();
    Instant begin = Instant.now();
    BackupSummary summary = bcn.backup(Scope.ofCatalog(source.catalog()));
    firstTook = Duration.between(begin, Instant.now());
    first = summary.pit().orElseThrow();
    assertThat(summary.copiedFiles()).isEqualTo((long) FILES_IN_ALL * TABLES);
    assertThat(firstTook).isLessThan(MOST_FOR_A_TABLE.multipliedBy(TABLES));
    print(
        firstTook,
        "First backup of %,d tables, %,d files".formatted(TABLES, summary.copiedFiles()));
  }

  @Test
  @DisplayName("test_incremental_backup_performance_large_catalog")
  void whatAnIncrementalBackupStoresAndTakesFollowsWhatChanged() throws Exception {
    int changed = TABLES / 100;
    SyntheticTable.change(source.warehouse(), changed, 2000);

    Instant begin = Instant.now();
    BackupSummary second = bcn.backup();
    Duration secondTook = Duration.between(begin, Instant.now());
    int jobs;
    begin = Instant.now();
    BackupSummary third;
    try (SparkJobs counted = new SparkJobs()) {
      third = bcn.backup();
      jobs = counted.count();
    }
    Duration thirdTook = Duration.between(begin, Instant.now());

    print(secondTook, "Backup after 1 %% of %,d tables changed".formatted(TABLES));
    print(thirdTook, "Backup after nothing changed, with %d Spark jobs".formatted(jobs));
    assertThat(second.tables().active()).isEqualTo(changed);
    assertThat(second.tables().unchanged()).isEqualTo(TABLES - changed);
    assertThat(second.copiedFiles())
        .as("of each changed table: metadata file, manifest list, manifest, data file")
        .isEqualTo(4L * changed);
    assertThat(secondTook).as("the first took %s", firstTook).isLessThan(firstTook);
    assertThat(third.copiedFiles()).isZero();
    assertThat(jobs).as("Spark jobs where nothing changed").isZero();
  }

  @Test
  @DisplayName("test_restore_performance_large_dataset")
  void aRestoreOfManyTablesIsAHandfulOfJobs() throws Exception {
    Lake few = Lake.hadoop(temp.resolve("few"));
    Lake all = Lake.hadoop(temp.resolve("all"));

    int jobsOfFew;
    try (SparkJobs counted = new SparkJobs()) {
      bcn.restore(
          first.toString(), Selected.tables("db.t00000", "db.t00001", "db.t00002"), Bcn.to(few));
      jobsOfFew = counted.count();
    }
    Instant begin = Instant.now();
    RestoreSummary restored;
    int jobsOfAll;
    try (SparkJobs counted = new SparkJobs()) {
      restored = bcn.restoreAll(first.toString(), all);
      jobsOfAll = counted.count();
    }
    Duration took = Duration.between(begin, Instant.now());

    print(
        took,
        "Restore of %,d tables, %,d files, %d ms a table, with %d Spark jobs (%d for 3 tables)"
            .formatted(TABLES, restored.files(), took.toMillis() / TABLES, jobsOfAll, jobsOfFew));
    assertThat(restored.tables()).hasSize(TABLES);
    assertThat(all.tables()).hasSize(TABLES);
    // What is little goes in one task. More is balanced (ByteBalance), which costs each of the
    // three
    // steps of placing two jobs, a sample and the work of the slices, whatever the number of
    // tables.
    assertThat(jobsOfAll).isLessThanOrEqualTo(jobsOfFew + 6);
    assertThat(took).isLessThan(MOST_FOR_A_TABLE.multipliedBy(TABLES));
    assertThat(few.query("SELECT count(*) FROM @.db.t00002.files").first().getLong(0))
        .isEqualTo(FILES);
  }

  @Test
  @DisplayName("test_concurrent_read_during_backup")
  void readersAndWritersOfTheSourceGoOnDuringABackup() throws Exception {
    Lake busy = Lake.hadoop(temp.resolve("busy"));
    SyntheticTable.main(busy.warehouse().toString(), "40", "5", "5", "20000", "written");
    busy.sql(
        "CREATE TABLE @.db.live (id BIGINT) USING iceberg", "INSERT INTO @.db.live VALUES (0)");
    Bcn own = Bcn.at(temp.resolve("busy-repo"));
    BackupSummary summary;
    Traffic traffic;
    try (Traffic going = Traffic.on(busy, "db.live")) {
      traffic = going;
      going.awaitSome();
      going.countFromNow();
      summary = own.backup(Scope.ofCatalog(busy.catalog()));
      going.stopCounting();
    }

    print(
        traffic.counted(),
        "Backup beside %d writes and %d reads, of which the longest took %d ms"
            .formatted(traffic.writes(), traffic.reads(), traffic.longest().toMillis()));
    assertThat(traffic.failures()).isEmpty();
    assertThat(traffic.writes()).as("writes during the backup").isPositive();
    assertThat(traffic.reads()).as("reads during the backup").isPositive();
    assertThat(summary.complete()).isTrue();
    Lake target = Lake.hadoop(temp.resolve("busy-restored"));
    own.restore(summary.pit().orElseThrow().toString(), Selected.tables("db.live"), Bcn.to(target));
    List<Long> rows =
        target.query("SELECT id FROM @.db.live ORDER BY id").collectAsList().stream()
            .map(row -> row.getLong(0))
            .toList();
    assertThat(rows)
        .as("one exact state: what was written up to some commit, and nothing after it")
        .isEqualTo(IntStream.range(0, rows.size()).mapToObj(Long::valueOf).toList());
  }

  private static void print(Duration took, String what) {
    System.out.printf("%s: %.1f s%n", what, took.toMillis() / 1000.0);
  }
}
