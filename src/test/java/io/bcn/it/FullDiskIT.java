package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.repository.Holds;
import io.bcn.repository.Repair;
import io.bcn.repository.RepairRequest;
import io.bcn.repository.Repository;
import io.bcn.restore.RestoreRequest.IfExists;
import io.bcn.retention.Expiry;
import io.bcn.retention.ExpiryRequest;
import io.bcn.retention.GarbageCollection;
import io.bcn.retention.GcRequest;
import io.bcn.retention.KeepRules;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
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
  private static final String TABLE_MANIFEST = "table_manifest.json";

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
    List<ObjectKey> refusedToCollect =
        atEachChange(fault, exitCode, storage, FullDiskIT::collect, () -> {});
    List<ObjectKey> refusedToRepair =
        atEachChange(fault, exitCode, storage, FullDiskIT::repair, () -> lose(storage));
    if (fault != Fault.NO_SPACE) {
      // What is full can be emptied.
      assertThat(refusedToCollect).anyMatch(key -> key.value().contains("/objects/"));
    }
    assertThat(refusedToRepair).anyMatch(key -> key.name().equals(TABLE_MANIFEST));
    assertEnds(exitCode, () -> hold(first, FaultyStorage.failingAt(1, fault, storage)));

    BackupSummary next = Bcn.at(storage).backup();

    assertThat(next.complete()).isTrue();
    assertThat(WholePits.of(storage)).containsExactly(first, next.pit().orElseThrow());
    assertThat(atEachChange(fault, exitCode, storage, FullDiskIT::expireAllButOne, () -> {}))
        .isNotEmpty();
    collect(storage);
    assertThat(WholePits.of(storage)).containsExactly(next.pit().orElseThrow());
  }

  /**
   * Runs the verb with a store that fails at its first change, at its second, and so on, until the
   * verb makes fewer: it ends with that code, or has done without, and every PIT stays whole.
   *
   * @param before each run, what the verb is to do something about
   * @return what could not be changed when the verb failed
   */
  private static List<ObjectKey> atEachChange(
      Fault fault, int exitCode, Storage storage, Consumer<Storage> verb, Runnable before) {
    List<ObjectKey> refused = new ArrayList<>();
    for (int change = 1; true; change++) {
      before.run();
      FaultyStorage failing = FaultyStorage.failingAt(change, fault, storage);
      Throwable end = catchThrowable(() -> verb.accept(failing));
      if (end != null) {
        assertSaysWhy(exitCode, end);
        refused.add(failing.mutated().get(change - 1));
      }
      assertThat(WholePits.of(storage)).isNotEmpty();
      if (failing.mutations() < change) {
        assertThat(end).isNull();
        return refused;
      }
      if (fault != Fault.NO_SPACE) {
        later(1, storage);
      }
    }
  }

  /** The documents that tell of tables, which the PITs tell too. */
  private static void lose(Storage storage) {
    try (Stream<ObjectStat> objects = storage.list(ObjectKey.of("catalogs"))) {
      objects
          .map(ObjectStat::key)
          .filter(key -> key.name().equals(TABLE_MANIFEST))
          .toList()
          .forEach(storage::delete);
    }
  }

  private static void hold(PitId pit, Storage storage) {
    new Holds(Repository.open(storage)).hold(pit, "a test", "it may fail", Clock.systemUTC());
  }

  private static void expireAllButOne(Storage storage) {
    new Expiry(Clock.systemUTC())
        .run(
            new ExpiryRequest(
                Repository.open(storage),
                new KeepRules(Map.of(KeepRules.Rule.LAST, 1), Duration.ZERO),
                ExpiryRequest.Action.EXPIRE,
                LEASE));
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
    assertThatThrownBy(verb::run).satisfies(e -> assertSaysWhy(exitCode, e));
  }

  private static void assertSaysWhy(int exitCode, Throwable end) {
    BcnException known = known(end);
    assertThat(known.code().exitCode()).as("%s", known).isEqualTo(exitCode);
    assertThat(known.getMessage()).matches("Cannot (write|delete) object '.*");
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

  @Test
  void aRealDiskThatIsFullOrReadOnlyEndsTheBackupAndTheNextOneUsesWhatWasCopied() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), "size=1m")) {
      Bcn bcn = Bcn.at(disk.folder().resolve("repo"));
      PitId first = bcn.backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow();
      Map<String, Contents> asOfFirst = Contents.ofAll(source);
      addThreeMebibytes();

      assertEnds(31, bcn::backup);
      assertThat(WholePits.of(bcn.storage())).containsExactly(first);
      disk.remount("size=64m");
      // Nobody waits for a lease: the claim ended although its mark first found no room.
      BackupSummary second = bcn.backup();
      assertThat(second.complete()).isTrue();
      assertThat(WholePits.of(bcn.storage())).containsExactly(first, second.pit().orElseThrow());

      disk.remount("ro");
      assertEnds(ErrorCode.PERMISSION_DENIED.exitCode(), bcn::backup);
      Lake target = Lake.jdbc(temp.resolve("target"));
      bcn.restoreAll(first.toString(), target);
      Contents.assertEqual(Contents.ofAll(target), asOfFirst);
    }
  }

  private void addThreeMebibytes() {
    source.sql(
        "INSERT INTO @.db.t SELECT /*+ REPARTITION(12) */ id, aggregate(sequence(1, 4000), '',"
            + " (noise, i) -> concat(noise, sha2(concat(id, ' ', i), 256))) FROM range(2, 14)");
  }

  @Test
  void aRestoreToADiskThatIsTooSmallEndsAndTheSameWordsFinishItWhenThereIsRoom() throws Exception {
    addThreeMebibytes();
    Bcn bcn = backedUp();
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), "size=1m")) {
      Lake target = lakeOn(disk, "jdbc");

      assertRestoreEnds(31, "no space is left", () -> bcn.restoreAll("latest", target));
      assertThat(tablesOf(target)).isEmpty();
      disk.remount("size=64m");
      bcn.restoreAll("latest", target);

      Contents.assertEqual(Contents.ofAll(target), Contents.ofAll(source));
    }
  }

  /** The disk is filled by somebody else when the restore comes to a step. */
  @ParameterizedTest
  @CsvSource({
    "jdbc, Restoring content files",
    "jdbc, Restoring manifests",
    "jdbc, Restoring manifest lists and metadata",
    "hadoop, Registering",
    "jdbc, Registering 1 views"
  })
  void aDiskThatFillsUpAtAnyStepOfARestoreEndsItAndNothingHalfIsRegistered(String kind, String step)
      throws Exception {
    source.sql(
        "CREATE TABLE @.db.moved (id BIGINT) USING iceberg TBLPROPERTIES"
            + " ('format-version'='3', 'write.delete.mode'='merge-on-read')",
        "INSERT INTO @.db.moved SELECT /*+ COALESCE(1) */ * FROM range(100)",
        "DELETE FROM @.db.moved WHERE id = 5");
    boolean hasViews = step.endsWith("views");
    if (hasViews) {
      source.sql("CREATE VIEW @.db.v AS SELECT id FROM @.db.t");
    }
    Bcn bcn = backedUp();
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), "size=8m")) {
      Lake target = lakeOn(disk, kind);
      Restoring restoring = Restoring.of(bcn, "latest", target);

      assertRestoreEnds(31, "No space left on device", () -> restoring.run(disk.fullAt(step)));
      if (!hasViews) {
        assertThat(tablesOf(target)).isEmpty();
      }
      disk.makeRoom();
      (hasViews ? restoring.ifExists(IfExists.SKIP) : restoring).run();

      Contents.assertEqual(Contents.ofAll(target), Contents.ofAll(source));
    }
  }

  @Test
  void aDiskThatFillsUpBeforeATableGivesWayLeavesItAsItWas() throws Exception {
    Bcn bcn = backedUp();
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), "size=8m")) {
      Lake target = lakeOn(disk, "jdbc");
      bcn.restoreAll("latest", target);
      Map<String, Contents> before = Contents.ofAll(target);
      source.sql("INSERT INTO @.db.t VALUES (2, 'two')");
      bcn.backup();
      Restoring replacing = Restoring.of(bcn, "latest", target).replacing();

      assertRestoreEnds(
          31, "No space left on device", () -> replacing.run(disk.fullAt("Registering")));
      Contents.assertEqual(Contents.ofAll(target), before);
      disk.makeRoom();
      replacing.run();

      Contents.assertEqual(Contents.ofAll(target), Contents.ofAll(source));
    }
  }

  @Test
  void aDiskThatFillsUpBeforeRowsAreAddedAddsNoneAndTheNextRestoreAddsThemOnce() throws Exception {
    Bcn bcn = backedUp();
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), "size=8m")) {
      Lake target = lakeOn(disk, "jdbc");
      target.sql(
          "CREATE NAMESPACE @.db",
          "CREATE TABLE @.db.t (id BIGINT, text STRING) USING iceberg",
          "INSERT INTO @.db.t VALUES (7, 'mine')");
      Restoring appending = Restoring.of(bcn, "latest", target).ifExists(IfExists.APPEND);

      assertRestoreEnds(
          31, "No space left on device", () -> appending.run(disk.fullAt("Appending")));
      disk.makeRoom();
      appending.run();

      assertThat(target.query("SELECT id FROM @.db.t ORDER BY id").collectAsList())
          .extracting(row -> row.getLong(0))
          .containsExactly(1L, 7L);
    }
  }

  /** Hadoop says then only that it could not make a folder. */
  @Test
  void aDiskThatTakesNoMoreFoldersIsFullAndOneThatIsReadOnlyRefuses() throws Exception {
    Bcn bcn = backedUp();
    try (SmallDisk disk = SmallDisk.mount(temp.resolve("disk"), "size=8m,nr_inodes=20")) {
      Lake target = lakeOn(disk, "jdbc");
      disk.useUpInodes();
      assertRestoreEnds(31, "no space is left", () -> bcn.restoreAll("latest", target));

      disk.remount("size=8m,nr_inodes=2000,ro");
      assertRestoreEnds(32, "permission denied", () -> bcn.restoreAll("latest", target));

      disk.remount("rw");
      bcn.restoreAll("latest", target);
      Contents.assertEqual(Contents.ofAll(target), Contents.ofAll(source));
    }
  }

  private Bcn backedUp() {
    Bcn bcn = Bcn.at(new MemoryStorage());
    assertThat(bcn.backup(Scope.ofCatalog(source.catalog())).complete()).isTrue();
    return bcn;
  }

  /** A catalog whose warehouse is on the disk; what it knows lies elsewhere, where it can. */
  private Lake lakeOn(SmallDisk disk, String kind) {
    String warehouse = disk.folder().resolve("warehouse").toString();
    return switch (kind) {
      case "jdbc" -> Lake.jdbc(temp.resolve("target"), warehouse, Map.of());
      default -> Lake.of(kind, Map.of("warehouse", warehouse), temp.resolve("target"));
    };
  }

  /** Those that can be loaded: a Hadoop catalog also lists folders in which files were placed. */
  private static List<String> tablesOf(Lake target) {
    return target.tables().stream()
        .filter(name -> target.iceberg().tableExists(TableIdentifier.parse(name)))
        .toList();
  }

  /** As the command line tells it, to whom may act on it. */
  private static void assertRestoreEnds(int exitCode, String reason, Runnable restore) {
    assertThatThrownBy(restore::run)
        .satisfies(
            e -> {
              BcnException known = known(e);
              assertThat(known.code().exitCode()).as("%s", known).isEqualTo(exitCode);
              assertThat(known).hasMessageStartingWith("Cannot ").hasMessageContaining(reason);
              assertThat(known.hint()).contains("run the same restore again");
            });
  }

  /** A file system of its own, in memory; who may not mount one skips the test. */
  private record SmallDisk(Path folder) implements AutoCloseable {
    static SmallDisk mount(Path folder, String options) throws IOException, InterruptedException {
      Files.createDirectory(folder);
      assumeTrue(
          runs("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString()),
          "needs the right to mount a file system");
      return new SmallDisk(folder);
    }

    void remount(String options) throws IOException, InterruptedException {
      assertThat(runs("mount", "-o", "remount," + options, folder.toString())).isTrue();
    }

    /** Fills the disk when the restore begins that step. */
    Consumer<String> fullAt(String step) {
      return line -> {
        if (line.startsWith(step)) {
          fill();
        }
      };
    }

    private Path filler() {
      return folder.resolve("somebody-elses");
    }

    private void fill() {
      assertThatThrownBy(
              () -> {
                try (OutputStream out = Files.newOutputStream(filler())) {
                  while (true) {
                    out.write(new byte[4096]);
                  }
                }
              })
          .hasMessage("No space left on device");
    }

    void makeRoom() throws IOException {
      Files.delete(filler());
    }

    void useUpInodes() {
      assertThatThrownBy(
              () -> {
                for (int i = 0; true; i++) {
                  Files.createFile(folder.resolve("file-" + i));
                }
              })
          .hasMessageEndingWith("No space left on device");
    }

    @Override
    public void close() {
      try {
        // Lazily: a stream that failed may keep its file open.
        runs("umount", "-l", folder.toString());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private static boolean runs(String... command) throws IOException, InterruptedException {
      try {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
      } catch (IOException noSuchProgram) {
        return false;
      }
    }
  }
}
