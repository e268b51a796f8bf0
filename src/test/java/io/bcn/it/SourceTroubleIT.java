package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bcn.backup.Backup;
import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Others work on the tables while they are backed up: what they do comes between the cut and the
 * copy (promises 1, 5 and 6).
 */
@ExtendWith(LessMachinery.class)
@Timeout(3600)
class SourceTroubleIT {
  /** The cut is made, nothing is read yet. */
  private static final String BEFORE_THE_WALK = "Reading the metadata of ";

  /** Metadata was read, no file is copied yet. */
  private static final String BEFORE_THE_COPY = "Storing ";

  private static final int FULL_ROUNDS = 60;

  /** Of a writer, in milliseconds: about what one backup takes. */
  private static final int LONGEST_PAUSE = 2500;

  @TempDir Path temp;

  private final CountDownLatch home = new CountDownLatch(1);
  private Lake source;
  private Bcn bcn;

  @BeforeEach
  void makeTables() {
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id BIGINT) USING iceberg",
        "INSERT INTO @.db.t VALUES (1)",
        "INSERT INTO @.db.t VALUES (2)",
        "CREATE TABLE @.db.quiet (id BIGINT) USING iceberg",
        "INSERT INTO @.db.quiet VALUES (7)");
    bcn = Bcn.at(temp.resolve("repo"));
  }

  @AfterEach
  void goHome() {
    home.countDown();
  }

  /** Backs up, and lets others act when the backup comes to a step for the first time. */
  private BackupSummary backupWhile(String step, Runnable others) {
    return backupWhile(step, others, bcn.request(Optional.of(Scope.ofCatalog(source.catalog()))));
  }

  private BackupSummary backupWhile(String step, Runnable others, BackupRequest request) {
    AtomicBoolean done = new AtomicBoolean();
    Progress progress =
        new Progress(
            SharedSpark.session(),
            line -> {
              if (line.startsWith(step) && !done.getAndSet(true)) {
                others.run();
              }
            });
    return new Backup(SharedSpark.session(), progress, Clock.systemUTC()).run(request);
  }

  private void overwriteAndExpire() {
    source.sql(
        "INSERT OVERWRITE @.db.t VALUES (3)",
        "CALL @.system.expire_snapshots(table => 'db.t', retain_last => 1,"
            + " older_than => TIMESTAMP '2100-01-01 00:00:00')");
  }

  private void assertNewestIsWhatIsThere(BackupSummary summary) {
    assertThat(summary.complete()).as("%s", summary).isTrue();
    Map<String, Contents> now = Contents.ofAll(source);
    assertThat(WholePits.ofComplete(bcn.storage())).contains(summary.pit().orElseThrow());
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restoreAll(summary.pit().orElseThrow().toString(), target);
    Contents.assertEqual(Contents.ofAll(target), now);
  }

  @Test
  void filesThatAConcurrentExpiryRemovedBeforeTheWalkAreNotMissed() {
    assertNewestIsWhatIsThere(backupWhile(BEFORE_THE_WALK, this::overwriteAndExpire));
  }

  @Test
  void filesThatAConcurrentExpiryRemovedBeforeTheCopyAreNotMissed() {
    assertNewestIsWhatIsThere(backupWhile(BEFORE_THE_COPY, this::overwriteAndExpire));
  }

  @Test
  void aFileThatAnOrphanCleanUpTookFromALiveTableFailsThatTableByName() throws IOException {
    Path data = someDataFileOf("t");
    BackupSummary summary = backupWhile(BEFORE_THE_COPY, () -> remove(data));

    assertThat(summary.complete()).isFalse();
    assertThat(summary.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.toString()).contains("db").contains("SOURCE_MISSING");
              assertThat(failure.toString()).contains(data.getFileName().toString());
            });
    PitManifest partial =
        Repository.open(bcn.storage()).find(summary.pit().orElseThrow()).orElseThrow().manifest();
    assertThat(partial.complete()).isFalse();
    assertThatThrownBy(() -> bcn.restoreAll("latest", Lake.jdbc(temp.resolve("nothing"))))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("latest");
    Map<String, Contents> quiet = Map.of("db.quiet", Contents.of(source, "db.quiet"));
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restoreAll(summary.pit().orElseThrow().toString(), target);
    Contents.assertEqual(Contents.ofAll(target), quiet);
  }

  @Test
  void aTableThatIsDroppedWithItsFilesMeanwhileFailsByNameAndIsDeletedInTheNextPit() {
    BackupSummary summary =
        backupWhile(BEFORE_THE_COPY, () -> source.sql("DROP TABLE @.db.t PURGE"));

    assertThat(summary.complete()).as("%s", summary).isFalse();
    assertThat(summary.failures()).singleElement().asString().contains("SOURCE_MISSING");
    assertNewestIsWhatIsThere(bcn.backup());
  }

  /** A Hadoop catalog gives the new table's metadata file the name that the old one's had. */
  @ParameterizedTest
  @ValueSource(strings = {BEFORE_THE_WALK, BEFORE_THE_COPY})
  void aHadoopTableThatIsMadeAnewMeanwhileIsNotStoredAsTheOldOne(String step) {
    Lake hadoop =
        Lake.hadoop(temp.resolve("hadoop"))
            .sql(
                "CREATE NAMESPACE @.db",
                "CREATE TABLE @.db.t USING iceberg AS SELECT 1L AS id",
                "CREATE TABLE @.db.quiet USING iceberg AS SELECT 2L AS id");
    BackupRequest request = bcn.request(Optional.of(Scope.ofCatalog(hadoop.catalog())));

    BackupSummary summary =
        backupWhile(
            step,
            () ->
                hadoop.sql(
                    "DROP TABLE @.db.t PURGE",
                    "CREATE TABLE @.db.t USING iceberg AS SELECT 3L AS id"),
            request);

    assertThat(summary.complete()).as("%s", summary).isFalse();
    assertThat(summary.failures()).singleElement().asString().contains("db", "SOURCE_MISSING");
    Map<String, Contents> now = Contents.ofAll(hadoop);
    BackupSummary next = backupWhile("", () -> {}, request);
    assertThat(next.complete()).as("%s", next).isTrue();
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), now);
  }

  @Test
  void aTableThatIsDroppedMeanwhileIsInThePitAsItWasPinned() {
    Map<String, Contents> before = Contents.ofAll(source);
    BackupSummary summary = backupWhile(BEFORE_THE_WALK, () -> source.sql("DROP TABLE @.db.t"));

    assertThat(summary.complete()).as("%s", summary).isTrue();
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), before);
  }

  @Test
  void aTableThatIsRenamedAndExpiredMeanwhileIsInOnePitOrFailsByName() {
    BackupSummary summary =
        backupWhile(
            BEFORE_THE_COPY,
            () -> {
              overwriteAndExpire();
              source.sql("ALTER TABLE @.db.t RENAME TO db.u");
            });

    assertThat(summary.complete()).as("%s", summary).isFalse();
    assertThat(summary.failures()).singleElement().asString().contains("SOURCE_MISSING");
    assertNewestIsWhatIsThere(bcn.backup());
  }

  @Test
  void aWriterThatNeverRestsIsRecordedOrEndsAStrictBackup() {
    Lake restless = Lake.jdbc(temp.resolve("restless"), RestlessCatalog.class);
    restless.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id BIGINT) USING iceberg",
        "CREATE TABLE @.db.quiet (id BIGINT) USING iceberg");
    BackupRequest request = bcn.request(Optional.of(Scope.ofCatalog(restless.catalog())));

    BcnException refusal =
        catchThrowableOfType(BcnException.class, () -> backupWhile("", () -> {}, strict(request)));
    assertThat(refusal.code()).isEqualTo(ErrorCode.SOURCE_CHANGING);
    assertThat(refusal.code().exitCode()).isEqualTo(29);
    assertThat(refusal).hasMessageContaining("by 1 tables in the last");
    assertThat(refusal.hint()).contains("db.t").doesNotContain("db.quiet");

    assertThat(backupWhile("", () -> {}, request).complete()).isTrue();
    PitManifest.CutWindow cut = onlyPit().manifest().cut().orElseThrow();
    assertThat(cut.mode()).isEqualTo(PitManifest.CutMode.BEST_EFFORT);
    assertThat(cut.from()).isBeforeOrEqualTo(cut.to());
    assertThat(WholePits.of(bcn.storage())).hasSize(1);
  }

  /** The cut was of one moment; what could be stored of it is not. */
  @Test
  void aTableThatMovedOnWhileItWasStoredEndsAStrictBackup() {
    BackupRequest request = bcn.request(Optional.of(Scope.ofCatalog(source.catalog())));

    BcnException refusal =
        catchThrowableOfType(
            BcnException.class,
            () -> backupWhile(BEFORE_THE_COPY, this::overwriteAndExpire, strict(request)));

    assertThat(refusal.code()).isEqualTo(ErrorCode.SOURCE_CHANGING);
    assertThat(refusal.hint()).contains("db.t").doesNotContain("db.quiet");
    assertThat(WholePits.of(bcn.storage())).as("nothing is committed").isEmpty();
    assertThat(backupWhile("", () -> {}, strict(request)).complete()).isTrue();
    assertThat(onlyPit().manifest().cut().orElseThrow().mode())
        .isEqualTo(PitManifest.CutMode.CONSISTENT);
  }

  @Test
  void aStrictBackupOfTablesAtRestIsOfOneMoment() {
    BackupRequest request = bcn.request(Optional.of(Scope.ofCatalog(source.catalog())));

    assertThat(backupWhile("", () -> {}, strict(request)).complete()).isTrue();
    assertThat(onlyPit().manifest().cut().orElseThrow().mode())
        .isEqualTo(PitManifest.CutMode.CONSISTENT);
  }

  private CommittedPit onlyPit() {
    return Repository.find(bcn.storage()).orElseThrow().readable().toList().get(0);
  }

  @Test
  void backupsBesideAWriterWhoExpiresDropsAndRenamesAreWholeOrNameWhatFailed() throws Exception {
    int rounds = Boolean.getBoolean("bcn.full") ? FULL_ROUNDS : 3;
    List<PitId> complete = new ArrayList<>();
    long seed = Long.getLong("bcn.seed", System.nanoTime());
    Thread writer = new Thread(() -> workInTurns(new Random(seed)), "worker");
    writer.start();
    try {
      for (int round = 0; round < rounds; round++) {
        BackupSummary summary =
            bcn.backup(bcn.request(Optional.of(Scope.ofCatalog(source.catalog()))));
        if (summary.complete()) {
          complete.add(summary.pit().orElseThrow());
        } else {
          assertThat(summary.failures()).isNotEmpty();
        }
      }
    } finally {
      home.countDown();
      writer.join();
    }
    BackupSummary last = bcn.backup();
    assertThat(complete)
        .as("in full: the pauses")
        .hasSizeGreaterThanOrEqualTo(rounds / FULL_ROUNDS);
    System.out.printf(
        "SourceTroubleIT: -Dbcn.seed=%d, %d backups beside a writer, %d of them complete%n",
        seed, rounds, complete.size());
    assertThat(WholePits.ofComplete(bcn.storage())).containsAll(complete);
    assertNewestIsWhatIsThere(last);
  }

  /** With pauses in which some backups find tables at rest. */
  private void workInTurns(Random random) {
    for (int turn = 0; !isHomeAfter(random.nextInt(LONGEST_PAUSE)); turn++) {
      source.sql("INSERT INTO @.db.t VALUES (%d)".formatted(turn));
      overwriteAndExpire();
      source.sql(
          "CREATE TABLE @.db.passing_%d (id BIGINT) USING iceberg".formatted(turn),
          "INSERT INTO @.db.passing_%d VALUES (1)".formatted(turn),
          "ALTER TABLE @.db.passing_%1$d RENAME TO db.renamed_%1$d".formatted(turn));
      if (turn > 0) {
        source.sql("DROP TABLE @.db.renamed_%d PURGE".formatted(turn - 1));
      }
    }
  }

  private boolean isHomeAfter(int millis) {
    try {
      return home.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BackupRequest strict(BackupRequest request) {
    return new BackupRequest(
        request.storage(),
        request.scope(),
        request.coverage(),
        request.reuse(),
        request.action(),
        BackupRequest.Consistency.STRICT,
        request.emptySources(),
        request.runId(),
        request.settings(),
        request.lease());
  }

  private Path someDataFileOf(String table) throws IOException {
    try (Stream<Path> files = Files.walk(source.warehouse().resolve("db").resolve(table))) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
