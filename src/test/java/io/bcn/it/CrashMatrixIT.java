package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.Backup;
import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.repair.ObjectRepair;
import io.bcn.repair.ObjectRepairRequest;
import io.bcn.repository.Holds;
import io.bcn.repository.Repair;
import io.bcn.repository.RepairRequest;
import io.bcn.repository.Repository;
import io.bcn.retention.Expiry;
import io.bcn.retention.ExpiryRequest;
import io.bcn.retention.GarbageCollection;
import io.bcn.retention.GcRequest;
import io.bcn.retention.KeepRules;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.Storage;
import io.bcn.verify.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every verb that writes to a repository dies before and after each of its writes (promises 1, 3
 * and 4): from then on its storage answers nothing. A restore dies at each write to its target and
 * at each read of its repository.
 *
 * <p>After each death: every PIT that was committed is there, every byte that a PIT reaches has its
 * digest, and each PIT names the very files and digests of a state that the source really had. Each
 * such state is restored once from each store, and compared row by row; PITs of equal contents name
 * equal bytes. Then the verb runs again and finishes its work.
 *
 * <p>All points on both stores with {@code -Dbcn.full=true}; else a sample that the seed chooses,
 * of each verb on one of the stores.
 */
@ExtendWith(LessMachinery.class)
@Timeout(7200)
class CrashMatrixIT {
  private static final Duration NO_GRACE = Duration.ZERO;
  private static final TableName A = TableName.parse("db.a");
  private static final Random CHOICE = new Random(CrashMatrix.SEED);

  /** Bases, on the local disk: no test changes them. */
  private static Storage onePit;

  private static Storage twoPits;

  /** One PIT, and a backup that died when all but its commit was done. */
  private static Storage begun;

  private static Lake source;
  private static CrashMatrix matrix;

  @TempDir static Path temp;

  @BeforeAll
  static void makeBases() {
    source = Lake.jdbc(temp.resolve("source"));
    matrix = new CrashMatrix(source, temp);
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.a (id BIGINT) USING iceberg",
        "INSERT INTO @.db.a VALUES (1)",
        "CREATE TABLE @.db.b (id BIGINT, text STRING) USING iceberg",
        "INSERT INTO @.db.b VALUES (1, 'one')",
        "CREATE VIEW @.db.v AS SELECT id FROM @.db.a");
    onePit = CrashStore.LOCAL_DISK.open(temp);
    backup(onePit, CrashMatrix.FIRST);
    matrix.noteState(onePit);
    source.sql(
        "INSERT INTO @.db.a VALUES (2)",
        "DROP TABLE @.db.b",
        "CREATE NAMESPACE @.db2",
        "CREATE TABLE @.db2.c (id BIGINT) USING iceberg",
        "INSERT INTO @.db2.c VALUES (3)",
        "CREATE OR REPLACE VIEW @.db.v AS SELECT id + 1 AS id FROM @.db.a");
    twoPits = CrashStore.LOCAL_DISK.copy(onePit, temp);
    FaultyStorage counting = FaultyStorage.counting(twoPits);
    backup(counting, CrashMatrix.SECOND);
    matrix.noteState(twoPits);
    List<ObjectKey> written = counting.mutated();
    int commit = 0;
    while (!written.get(commit).value().matches(".*/pit_manifests/.*/manifest\\.json")) {
      commit++;
    }
    begun = CrashStore.LOCAL_DISK.copy(onePit, temp);
    FaultyStorage dying = FaultyStorage.failingAt(commit + 1, Fault.BEFORE_EFFECT, begun);
    assertThatThrownBy(() -> backup(dying, CrashMatrix.FIRST)).hasStackTraceContaining("mutation");
    assertThat(WholePits.of(begun)).hasSize(1);
  }

  /** For one verb: all that are wanted, or one of them. */
  static List<CrashStore> stores() {
    List<CrashStore> wanted =
        Arrays.stream(CrashStore.values()).filter(CrashStore::isWanted).toList();
    return CrashMatrix.FULL ? wanted : List.of(wanted.get(CHOICE.nextInt(wanted.size())));
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aFirstBackupMayDieAtEveryWrite(CrashStore store) {
    matrix.everyDeath("first backup", store, store.open(temp), CrashMatrixIT::backup);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aLaterBackupMayDieAtEveryWrite(CrashStore store) {
    Storage base = store.copy(onePit, temp);
    matrix.everyDeath("later backup", store, base, CrashMatrixIT::backup);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aBackupThatTakesOverFromADeadOneMayDieAtEveryWrite(CrashStore store) {
    Storage base = store.copy(begun, temp);
    matrix.everyDeath("backup after a dead one", store, base, CrashMatrixIT::backup);
  }

  /** The changed table's state lists all files anew, the objects of the older PIT among them. */
  @ParameterizedTest
  @MethodSource("stores")
  void aBackupThatCondensesMayDieAtEveryWrite(CrashStore store) {
    Storage base = store.copy(onePit, temp);
    matrix.everyDeath("backup that condenses", store, base, CrashMatrixIT::condense);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aCollectionMayDieAtEveryChange(CrashStore store) {
    Storage base = store.copy(begun, temp);
    matrix.everyDeath("gc after a dead backup", store, base, CrashMatrixIT::collect);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aCollectionOfWhatExpiredPitsReachedMayDieAtEveryChange(CrashStore store) {
    Storage expired = store.copy(twoPits, temp);
    expire(expired, CrashMatrix.THIRD);
    matrix.everyDeath("gc after expire", store, expired, CrashMatrixIT::collect);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void anExpiryMayDieAtEveryChange(CrashStore store) {
    Storage base = store.copy(twoPits, temp);
    matrix.everyDeath("expire", store, base, CrashMatrixIT::expire);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aHoldAndItsEndMayDieAtEveryWrite(CrashStore store) {
    Storage base = store.copy(onePit, temp);
    PitId pit = WholePits.of(base).get(0);
    matrix.everyDeath("hold", store, base, (storage, clock) -> hold(storage, pit, clock));
    hold(base, pit, CrashMatrix.FIRST);
    matrix.everyDeath("unhold", store, base, (storage, clock) -> holds(storage).release(pit));
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aRepairOfDocumentsMayDieAtEveryWrite(CrashStore store) {
    Storage damaged = store.copy(begun, temp);
    backup(damaged, CrashMatrix.SECOND);
    matrix.noteState(damaged);
    String catalog = source.catalog();
    damaged.delete(Layout.repositoryManifest());
    damaged.delete(Layout.tableManifest(catalog, A));
    byte[] noDocument = "no document".getBytes(StandardCharsets.UTF_8);
    damaged.replace(Layout.deletedTables(catalog, A.database()), noDocument);
    damaged.replace(Layout.databaseMetadata(catalog, A.database()), noDocument);
    damaged.replace(
        Layout.inProgress(catalog, new PitId(CrashMatrix.FIRST.instant().plusSeconds(5))),
        noDocument);
    matrix.everyDeath("repair", store, damaged, CrashMatrixIT::repair);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aRepairOfObjectsMayDieAtEveryWrite(CrashStore store) {
    Storage damaged = store.copy(twoPits, temp);
    List<ObjectKey> objects = CrashMatrix.objects(damaged, ".*/a/.*/objects/.*");
    assertThat(objects)
        .as("metadata files, a manifest list, a manifest, data")
        .hasSizeGreaterThan(3);
    damaged.delete(objects.get(0));
    byte[] noFile = "no file of a table".getBytes(StandardCharsets.UTF_8);
    objects.subList(1, 4).forEach(object -> damaged.replace(object, noFile));
    matrix.everyDeathOfAMend("repair of objects", store, damaged, CrashMatrixIT::mend);
  }

  /** A restore writes to no repository; what it reads may be gone at any moment. */
  @ParameterizedTest
  @MethodSource("stores")
  void aRestoreMayLoseItsRepositoryAtEveryRead(CrashStore store) {
    Storage storage = store.copy(twoPits, temp);
    Map<String, Contents> expected = matrix.rowsOfNewest(storage);
    FaultyStorage counting = FaultyStorage.counting(storage);
    Bcn.at(counting).restoreAll("latest", Lake.jdbc(temp.resolve("counted")));
    List<Long> reads =
        matrix.sample(LongStream.rangeClosed(1, counting.operations()).boxed().toList());
    for (long n : reads) {
      Lake target = Lake.jdbc(temp.resolve("restored-" + n));
      FaultyStorage dying = FaultyStorage.failingAtOperation(n, storage);
      assertThatThrownBy(() -> Bcn.at(dying).restoreAll("latest", target))
          .as("read %d", n)
          .hasStackTraceContaining("a test broke the storage at operation " + n);
      assertThat(target.tables()).as("registered without read %d", n).isEmpty();
      Bcn.at(storage).restoreAll("latest", target);
      Contents.assertEqual(Contents.ofAll(target), expected);
    }
    matrix.say("reads of a restore", store, counting.operations(), reads.size());
  }

  /** What is in the catalog then is whole, and the same words again finish the work. */
  @Test
  void aRestoreMayDieAtEveryWriteToItsTarget() {
    CrashStore store = CrashStore.LOCAL_DISK;
    Storage storage = store.copy(twoPits, temp);
    Map<String, Contents> expected = matrix.rowsOfNewest(storage);
    DyingTarget.revive();
    Bcn.at(storage).restoreAll("latest", DyingTarget.lake(temp.resolve("counted")));
    long writes = DyingTarget.writes();
    List<CrashMatrix.Point> points = matrix.sample(CrashMatrix.points(writes));
    for (CrashMatrix.Point point : points) {
      Lake target = DyingTarget.lake(temp.resolve("target-" + UUID.randomUUID()));
      DyingTarget.dieAt(point.write(), point.fault());
      assertThatThrownBy(() -> Bcn.at(storage).restoreAll("latest", target))
          .as("%s", point)
          .hasStackTraceContaining(DyingTarget.MESSAGE);
      DyingTarget.revive();
      assertThat(expected).as("%s", point).containsAllEntriesOf(Contents.ofAll(target));
      Bcn.at(storage).restoreAll("latest", target);
      Contents.assertEqual(Contents.ofAll(target), expected);
    }
    matrix.say("writes of a restore", store, writes, points.size());
  }

  private static BackupSummary backup(Storage storage, Clock clock) {
    return backup(storage, BackupRequest.Reuse.PARENT, clock);
  }

  private static void condense(Storage storage, Clock clock) {
    backup(storage, BackupRequest.Reuse.CONDENSED, clock);
  }

  private static BackupSummary backup(Storage storage, BackupRequest.Reuse reuse, Clock clock) {
    BackupRequest request =
        new BackupRequest(
            storage,
            Optional.of(Scope.ofCatalog(source.catalog())),
            Optional.empty(),
            reuse,
            BackupRequest.Action.BACK_UP,
            BackupRequest.Consistency.STRICT,
            BackupRequest.EmptySources.REFUSED,
            new BackupRequest.RunId(
                UUID.randomUUID().toString(), BackupRequest.RunId.Origin.GENERATED),
            SharedSpark.settings(),
            CrashMatrix.LEASE);
    return new Backup(SharedSpark.session(), progress(), clock).run(request);
  }

  private static void collect(Storage storage, Clock clock) {
    new GarbageCollection(SharedSpark.session(), progress(), clock)
        .run(
            new GcRequest(
                Repository.open(storage),
                NO_GRACE,
                GcRequest.Action.RECLAIM,
                CrashMatrix.LEASE,
                100));
  }

  private static void expire(Storage storage, Clock clock) {
    new Expiry(clock)
        .run(
            new ExpiryRequest(
                Repository.open(storage),
                new KeepRules(Map.of(KeepRules.Rule.LAST, 1), Duration.ZERO),
                ExpiryRequest.Action.EXPIRE,
                CrashMatrix.LEASE));
  }

  private static Holds holds(Storage storage) {
    return new Holds(Repository.open(storage));
  }

  private static void hold(Storage storage, PitId pit, Clock clock) {
    holds(storage).hold(pit, "a test", "it may die", clock);
  }

  private static void repair(Storage storage, Clock clock) {
    new Repair(
            new RepairRequest(
                storage,
                Optional.of(Scope.ofCatalog(source.catalog())),
                RepairRequest.Action.REPAIR,
                CrashMatrix.LEASE),
            clock)
        .run();
  }

  private static void mend(Storage storage, Clock clock) {
    new ObjectRepair(SharedSpark.session(), progress(), clock)
        .run(
            new ObjectRepairRequest(
                Repository.open(storage),
                Level.CHECKSUM,
                new ObjectRepairRequest.Source(),
                SharedSpark.settings(),
                ObjectRepairRequest.Action.REPAIR,
                CrashMatrix.LEASE));
  }

  private static Progress progress() {
    return new Progress(SharedSpark.session(), line -> {});
  }
}
