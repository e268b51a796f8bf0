package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.repository.Repair;
import io.bcn.repository.RepairRequest;
import io.bcn.repository.Repository;
import io.bcn.retention.GarbageCollection;
import io.bcn.retention.GcRequest;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Out of space, out of permission, out of quota: the exit code says so, every PIT stays, and the
 * same verb finishes when there is room again.
 */
@ExtendWith(LessMachinery.class)
class FullDiskIT {
  private static final Duration LEASE = Duration.ofMinutes(10);

  @TempDir Path temp;
  private Lake source;

  @BeforeEach
  void makeTables() {
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id BIGINT, text STRING) USING iceberg",
        "INSERT INTO @.db.t VALUES (1, 'one')");
  }

  @ParameterizedTest
  @CsvSource({"NO_SPACE, 31", "NO_PERMISSION, 32", "THROTTLED, 30"})
  void everyVerbSaysWhyTheStoreTakesNothingAndFinishesLater(Fault fault, int exitCode) {
    Storage storage = new MemoryStorage();
    PitId first = Bcn.at(storage).backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow();
    source.sql("INSERT INTO @.db.t VALUES (2, 'two')");

    for (long write : List.of(1L, 4L)) {
      FaultyStorage failing = FaultyStorage.failingAt(write, fault, storage);
      assertEnds(exitCode, () -> Bcn.at(failing).backup());
      assertThat(WholePits.of(storage)).containsExactly(first);
      if (fault != Fault.NO_SPACE) {
        // The mark that ends the claim at once was refused, too: here an hour goes by.
        later(1, storage);
      }
    }
    FaultyStorage failing = FaultyStorage.failingAt(1, fault, storage);
    assertEnds(exitCode, () -> collect(failing));
    assertEnds(exitCode, () -> repair(FaultyStorage.failingAt(1, fault, storage)));

    BackupSummary next = Bcn.at(storage).backup();

    assertThat(next.complete()).isTrue();
    assertThat(WholePits.of(storage)).containsExactly(first, next.pit().orElseThrow());
    collect(storage);
    assertThat(WholePits.of(storage)).hasSize(2);
  }

  /** A backup with nothing to do, by a clock by which all leases have ended: ends dead claims. */
  private static void later(int hours, Storage storage) {
    Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(hours));
    new Repair(
            new RepairRequest(storage, Optional.empty(), RepairRequest.Action.REPAIR, LEASE), clock)
        .run();
  }

  private static void collect(Storage storage) {
    new GarbageCollection(
            SharedSpark.session(),
            new Progress(SharedSpark.session(), line -> {}),
            Clock.systemUTC())
        .run(
            new GcRequest(
                Repository.open(storage), Duration.ZERO, GcRequest.Action.RECLAIM, LEASE, 10));
  }

  private static void repair(Storage storage) {
    new Repair(
            new RepairRequest(storage, Optional.empty(), RepairRequest.Action.REPAIR, LEASE),
            Clock.systemUTC())
        .run();
  }

  private static void assertEnds(int exitCode, Runnable verb) {
    assertThatThrownBy(verb::run)
        .satisfies(e -> assertThat(known(e).code().exitCode()).isEqualTo(exitCode))
        .satisfies(e -> assertThat(known(e)).hasMessageContaining("Cannot write object '"));
  }

  /** The first of BCN's own in the chain of causes, as the command line takes it. */
  private static BcnException known(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BcnException known) {
        return known;
      }
    }
    throw new AssertionError("no error of BCN's own", failure);
  }

  /** A file system of its own, of one MiB; who may not mount one skips this. */
  @Test
  void aRealDiskThatIsFullOrReadOnlyEndsTheBackupAndTheNextOneUsesWhatWasCopied() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    boolean mounted = mount("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
    assumeTrue(mounted, "needs the right to mount a file system");
    try {
      Bcn bcn = Bcn.at(disk.resolve("repo"));
      PitId first = bcn.backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow();
      Map<String, Contents> asOfFirst = Contents.ofAll(source);
      source.sql(
          "INSERT INTO @.db.t SELECT /*+ REPARTITION(12) */ id, aggregate(sequence(1, 4000), '',"
              + " (noise, i) -> concat(noise, sha2(concat(id, ' ', i), 256))) FROM range(2, 14)");

      assertEnds(31, bcn::backup);
      assertThat(WholePits.of(bcn.storage())).containsExactly(first);
      assertThat(mount("mount", "-o", "remount,size=64m", disk.toString())).isTrue();
      // Nobody waits for a lease: the claim ended although its mark first found no room.
      BackupSummary second = bcn.backup();
      assertThat(second.complete()).isTrue();
      assertThat(WholePits.of(bcn.storage())).containsExactly(first, second.pit().orElseThrow());

      assertThat(mount("mount", "-o", "remount,ro", disk.toString())).isTrue();
      assertEnds(ErrorCode.PERMISSION_DENIED.exitCode(), bcn::backup);
      Lake target = Lake.jdbc(temp.resolve("target"));
      bcn.restoreAll(first.toString(), target);
      Contents.assertEqual(Contents.ofAll(target), asOfFirst);
    } finally {
      mount("umount", disk.toString());
    }
  }

  private static boolean mount(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }
}
