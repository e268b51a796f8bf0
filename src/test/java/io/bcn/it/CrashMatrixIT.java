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
import io.bcn.repository.Repair;
import io.bcn.repository.RepairRequest;
import io.bcn.repository.Repository;
import io.bcn.retention.GarbageCollection;
import io.bcn.retention.GcRequest;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every verb that writes to a repository dies before and after each of its writes (promises 1, 3
 * and 4): from then on its storage answers nothing.
 *
 * <p>After each death: every PIT that was committed is there, every byte that a PIT reaches has its
 * digest, and each PIT names the very files and digests of a state that the source really had. Each
 * such state is restored once from each store, and compared row by row; PITs of equal contents name
 * equal bytes. Then the verb runs again and finishes its work.
 *
 * <p>All points with {@code -Dbcn.full=true}; else a sample that the seed chooses.
 */
@ExtendWith(LessMachinery.class)
@Timeout(7200)
class CrashMatrixIT {
  private static final boolean FULL = Boolean.getBoolean("bcn.full");
  private static final int SAMPLE = 3;

  /** No heartbeat falls into a test: it would be one write more. */
  private static final Duration LEASE = Duration.ofHours(1);

  /**
   * What "died" here is a part of a process that lives on; only its lease ends. So each run is
   * later than all leases of the one before.
   */
  private static final Clock FIRST = Clock.systemUTC();

  private static final Clock DYING = Clock.offset(FIRST, LEASE.multipliedBy(2));
  private static final Clock AGAIN = Clock.offset(FIRST, LEASE.multipliedBy(4));
  private static final Clock AT_LAST = Clock.offset(FIRST, LEASE.multipliedBy(6));

  private static final Duration NO_GRACE = Duration.ZERO;

  @TempDir Path temp;

  private final long seed = Long.getLong("bcn.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** The rows of each state that the source had, by what a PIT of it names. */
  private final Map<String, Map<String, Contents>> states = new HashMap<>();

  private Lake source;

  /** A verb, over a repository in which it has something to do. */
  private interface Case {
    void run(Storage storage, Clock clock);
  }

  @BeforeEach
  void makeTables() {
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.a (id BIGINT) USING iceberg",
        "INSERT INTO @.db.a VALUES (1)",
        "CREATE TABLE @.db.b (id BIGINT, text STRING) USING iceberg",
        "INSERT INTO @.db.b VALUES (1, 'one')",
        "CREATE VIEW @.db.v AS SELECT id FROM @.db.a");
  }

  private void changeTables() {
    source.sql(
        "INSERT INTO @.db.a VALUES (2)",
        "DROP TABLE @.db.b",
        "CREATE NAMESPACE @.db2",
        "CREATE TABLE @.db2.c (id BIGINT) USING iceberg",
        "INSERT INTO @.db2.c VALUES (3)",
        "CREATE OR REPLACE VIEW @.db.v AS SELECT id + 1 AS id FROM @.db.a");
  }

  @ParameterizedTest
  @EnumSource
  void aFirstBackupMayDieAtEveryWrite(CrashStore store) {
    Storage empty = store.open(temp);
    everyDeath("first backup", store, empty, this::backup);
  }

  @ParameterizedTest
  @EnumSource
  void aLaterBackupMayDieAtEveryWrite(CrashStore store) {
    Storage onePit = store.open(temp);
    backup(onePit, FIRST);
    noteState(onePit);
    changeTables();
    everyDeath("later backup", store, onePit, this::backup);
  }

  @ParameterizedTest
  @EnumSource
  void aBackupThatTakesOverFromADeadOneMayDieAtEveryWrite(CrashStore store) {
    Storage begun = begun(store);
    everyDeath("backup after a dead one", store, begun, this::backup);
  }

  @ParameterizedTest
  @EnumSource
  void aCollectionMayDieAtEveryChange(CrashStore store) {
    Storage begun = begun(store);
    everyDeath("gc", store, begun, CrashMatrixIT::collect);
  }

  @ParameterizedTest
  @EnumSource
  void aRepairMayDieAtEveryWrite(CrashStore store) {
    Storage damaged = begun(store);
    backup(damaged, Clock.offset(FIRST, LEASE.multipliedBy(2)));
    noteState(damaged);
    String catalog = source.catalog();
    damaged.delete(Layout.repositoryManifest());
    damaged.delete(Layout.tableManifest(catalog, TableName.parse("db.a")));
    byte[] noDocument = "no document".getBytes(StandardCharsets.UTF_8);
    damaged.replace(Layout.deletedTables(catalog, TableName.parse("db.a").database()), noDocument);
    damaged.replace(
        Layout.databaseMetadata(catalog, TableName.parse("db.a").database()), noDocument);
    damaged.replace(
        Layout.inProgress(catalog, new PitId(FIRST.instant().plusSeconds(5))), noDocument);
    everyDeath("repair", store, damaged, this::repair);
  }

  /** A restore writes to no repository; what it reads may be gone at any moment. */
  @ParameterizedTest
  @EnumSource
  void aRestoreMayLoseItsRepositoryAtEveryRead(CrashStore store) {
    Storage storage = store.open(temp);
    backup(storage, FIRST);
    Map<String, Contents> expected = Contents.ofAll(source);
    FaultyStorage counting = FaultyStorage.counting(storage);
    Bcn.at(counting).restoreAll("latest", Lake.jdbc(temp.resolve("counted")));
    List<Long> reads = new ArrayList<>();
    for (long n = 1; n <= counting.operations(); n++) {
      reads.add(n);
    }
    Collections.shuffle(reads, random);
    for (long n : FULL ? reads : reads.subList(0, SAMPLE)) {
      Lake target = Lake.jdbc(temp.resolve("restored-" + n));
      FaultyStorage dying = FaultyStorage.failingAtOperation(n, storage);
      assertThatThrownBy(() -> Bcn.at(dying).restoreAll("latest", target))
          .as("read %d", n)
          .hasStackTraceContaining("a test broke the storage at operation " + n);
      assertThat(target.tables()).as("registered without read %d", n).isEmpty();
      Bcn.at(storage).restoreAll("latest", target);
      Contents.assertEqual(Contents.ofAll(target), expected);
    }
    say(
        "restore from %s: %d reads, %d points tried, 0 violations, -Dbcn.seed=%d"
            .formatted(store, counting.operations(), FULL ? reads.size() : SAMPLE, seed));
  }

  /** One PIT, changed tables, and a backup of them that died when all but its commit was done. */
  private Storage begun(CrashStore store) {
    Storage storage = store.open(temp);
    backup(storage, FIRST);
    noteState(storage);
    changeTables();
    FaultyStorage counting = FaultyStorage.counting(store.copy(storage, temp));
    backup(counting, FIRST);
    List<ObjectKey> written = counting.mutated();
    int commit = 0;
    while (!written.get(commit).value().matches(".*/pit_manifests/.*/manifest\\.json")) {
      commit++;
    }
    FaultyStorage dying = FaultyStorage.failingAt(commit + 1, Fault.BEFORE_EFFECT, storage);
    assertThatThrownBy(() -> backup(dying, FIRST)).hasStackTraceContaining("mutation");
    assertThat(WholePits.of(storage)).hasSize(1);
    return storage;
  }

  private record Point(long write, Fault fault) {}

  private void everyDeath(String verb, CrashStore store, Storage base, Case verbCase) {
    Storage counted = store.copy(base, temp);
    FaultyStorage counting = FaultyStorage.counting(counted);
    verbCase.run(counting, DYING);
    long writes = counting.mutations();
    noteState(counted);
    List<PitId> before = before(base, counted);
    List<Point> points = points(writes);
    for (Point point : points) {
      Storage inside = store.copy(base, temp);
      dieAt(point, verb, inside, verbCase);
      assertStates(inside, before, "%s, %s".formatted(verb, point));
      verbCase.run(inside, AGAIN);
      assertStates(inside, before, "%s again, %s".formatted(verb, point));
      assertFinished(inside, counted, verb, point);
      store.drop(inside);
    }
    assertRestored(counted);
    say(
        "%s on %s: %d writes, %d points tried, 0 violations, -Dbcn.seed=%d"
            .formatted(verb, store, writes, points.size(), seed));
  }

  private List<Point> points(long writes) {
    List<Point> points = new ArrayList<>();
    for (long n = 1; n <= writes; n++) {
      points.add(new Point(n, Fault.BEFORE_EFFECT));
      points.add(new Point(n, Fault.AFTER_EFFECT));
    }
    if (FULL) {
      return points;
    }
    Collections.shuffle(points, random);
    return points.subList(0, Math.min(SAMPLE, points.size()));
  }

  private static void dieAt(Point point, String verb, Storage inside, Case verbCase) {
    FaultyStorage dying = FaultyStorage.failingAt(point.write(), point.fault(), inside);
    try {
      verbCase.run(dying, DYING);
    } catch (Exception e) {
      assertThat(e)
          .as("%s, %s", verb, point)
          .hasStackTraceContaining("a test broke the storage at mutation " + point.write());
    }
    assertThat(dying.isDead()).as("%s, %s", verb, point).isTrue();
  }

  /** All committed PITs are whole, and are what the source once was. */
  private void assertStates(Storage storage, List<PitId> before, String what) {
    if (!isRepository(storage)) {
      return;
    }
    assertThat(WholePits.of(storage)).as(what).containsAll(before);
    WholePits.contents(storage)
        .forEach(
            (pit, contents) ->
                assertThat(states).as("%s, PIT %s", what, pit).containsKey(contents));
  }

  /** A repair finds a repository without one; until it is there, nobody can read the PITs. */
  private static boolean isRepository(Storage storage) {
    return storage.stat(Layout.repositoryManifest()).isPresent();
  }

  private static List<PitId> before(Storage base, Storage counted) {
    if (isRepository(base)) {
      return WholePits.of(base);
    }
    try (Stream<ObjectStat> objects = base.list(Layout.catalogs())) {
      return objects.findAny().isPresent() ? WholePits.of(counted) : List.of();
    }
  }

  /** Run again, a verb leaves what it would have left at once; PITs have other ids. */
  private void assertFinished(Storage inside, Storage counted, String verb, Point point) {
    List<String> finished = List.copyOf(WholePits.contents(inside).values());
    List<String> expected = List.copyOf(WholePits.contents(counted).values());
    assertThat(finished.get(finished.size() - 1))
        .as("the newest PIT after %s, %s", verb, point)
        .isEqualTo(expected.get(expected.size() - 1));
    assertThat(new Repair(repairRequest(inside, RepairRequest.Action.PLAN_ONLY), AT_LAST).run())
        .as("what repair would still do after %s, %s", verb, point)
        .satisfies(
            plan -> {
              assertThat(plan.lostPits()).isEmpty();
              assertThat(plan.rebuilt()).isEmpty();
            });
  }

  private void noteState(Storage storage) {
    Map<PitId, String> contents = WholePits.contents(storage);
    PitId newest = Collections.max(contents.keySet());
    states.computeIfAbsent(contents.get(newest), unused -> Contents.ofAll(source));
  }

  private void assertRestored(Storage storage) {
    WholePits.contents(storage)
        .forEach(
            (pit, contents) -> {
              Lake target = Lake.jdbc(temp.resolve("target-" + UUID.randomUUID()));
              Bcn.at(storage).restoreAll(pit.toString(), target);
              Contents.assertEqual(Contents.ofAll(target), states.get(contents));
            });
  }

  private BackupSummary backup(Storage storage, Clock clock) {
    BackupRequest request =
        new BackupRequest(
            storage,
            Optional.of(Scope.ofCatalog(source.catalog())),
            Optional.empty(),
            BackupRequest.Reuse.PARENT,
            BackupRequest.Action.BACK_UP,
            BackupRequest.Consistency.STRICT,
            BackupRequest.EmptySources.REFUSED,
            new BackupRequest.RunId(
                UUID.randomUUID().toString(), BackupRequest.RunId.Origin.GENERATED),
            SharedSpark.settings(),
            LEASE);
    return new Backup(SharedSpark.session(), progress(), clock).run(request);
  }

  private static void collect(Storage storage, Clock clock) {
    new GarbageCollection(SharedSpark.session(), progress(), clock)
        .run(
            new GcRequest(
                Repository.open(storage), NO_GRACE, GcRequest.Action.RECLAIM, LEASE, 100));
  }

  private void repair(Storage storage, Clock clock) {
    new Repair(repairRequest(storage, RepairRequest.Action.REPAIR), clock).run();
  }

  private RepairRequest repairRequest(Storage storage, RepairRequest.Action action) {
    return new RepairRequest(
        storage, Optional.of(Scope.ofCatalog(source.catalog())), action, LEASE);
  }

  private static Progress progress() {
    return new Progress(SharedSpark.session(), line -> {});
  }

  private static void say(String text) {
    System.out.println("CrashMatrixIT: " + text);
  }
}
