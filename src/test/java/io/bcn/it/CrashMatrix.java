package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.Documents;
import io.bcn.format.Hold;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.repository.Holds;
import io.bcn.repository.Repair;
import io.bcn.repository.RepairRequest;
import io.bcn.repository.Repository;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Lets a verb die before and after each of its writes, and looks at the repository after each
 * death, and after the verb ran again.
 */
final class CrashMatrix {
  static final boolean FULL = Boolean.getBoolean("bcn.full");

  /** It also chooses which store a verb is tried on, where only one is. */
  static final long SEED = Long.getLong("bcn.seed", System.nanoTime());

  /** Of each verb; a point takes seconds. */
  private static final int SAMPLE = 1;

  /** No heartbeat falls into a test: it would be one write more. */
  static final Duration LEASE = Duration.ofHours(1);

  /**
   * What "died" here is a part of a process that lives on; only its lease ends. So each run is
   * later than all leases of the one before.
   */
  static final Clock FIRST = Clock.systemUTC();

  static final Clock SECOND = Clock.offset(FIRST, LEASE.multipliedBy(2));
  static final Clock THIRD = Clock.offset(FIRST, LEASE.multipliedBy(4));
  private static final Clock DYING = Clock.offset(FIRST, LEASE.multipliedBy(6));
  private static final Clock AGAIN = Clock.offset(FIRST, LEASE.multipliedBy(8));
  private static final Clock AT_LAST = Clock.offset(FIRST, LEASE.multipliedBy(10));

  private final Random random = new Random(SEED);

  /** The rows of each state that the source had, by what a PIT of it names. */
  private final Map<String, Map<String, Contents>> states = new HashMap<>();

  /** Which of them were restored from which store. */
  private final Set<String> restored = new HashSet<>();

  private final Lake source;
  private final Path temp;

  CrashMatrix(Lake source, Path temp) {
    this.source = source;
    this.temp = temp;
  }

  /** A verb, over a repository in which it has something to do. */
  interface Verb {
    void run(Storage storage, Clock clock);
  }

  /** A moment to die at. */
  record Point(long write, Fault fault) {}

  /** The source is as the newest PIT has it; now is the moment to remember its rows. */
  void noteState(Storage storage) {
    Map<PitId, String> contents = WholePits.contents(storage);
    PitId newest = Collections.max(contents.keySet());
    states.computeIfAbsent(contents.get(newest), unused -> Contents.ofAll(source));
  }

  /** What the source had when the newest PIT was made. */
  Map<String, Contents> rowsOfNewest(Storage storage) {
    Map<PitId, String> contents = WholePits.contents(storage);
    return states.get(contents.get(Collections.max(contents.keySet())));
  }

  /** For a verb that leaves the PITs readable at any moment. */
  void everyDeath(String name, CrashStore store, Storage base, Verb verb) {
    everyDeath(name, store, base, base, verb, this::assertStates);
  }

  /** For a verb over a damaged repository: each object is damaged as before, or mended. */
  void everyDeathOfAMend(String name, CrashStore store, Storage base, Verb verb) {
    Storage mended = store.copy(base, temp);
    verb.run(mended, DYING);
    Map<ObjectKey, String> before = digests(base);
    Map<ObjectKey, String> after = digests(mended);
    everyDeath(
        name,
        store,
        base,
        mended,
        verb,
        (inside, lasting, what) ->
            digests(inside)
                .forEach(
                    (key, digest) ->
                        assertThat(digest)
                            .as("%s: %s", what, key)
                            .isIn(before.get(key), after.get(key))));
  }

  private interface Check {
    void afterDeath(Storage inside, List<PitId> lasting, String what);
  }

  /**
   * @param whole what must last of the base, where that can be read
   */
  private void everyDeath(
      String name, CrashStore store, Storage base, Storage whole, Verb verb, Check check) {
    Storage counted = store.copy(base, temp);
    FaultyStorage counting = FaultyStorage.counting(counted);
    verb.run(counting, DYING);
    long writes = counting.mutations();
    noteState(counted);
    List<PitId> lasting = lasting(whole, counted);
    List<Point> points = sample(points(writes));
    for (Point point : points) {
      Storage inside = store.copy(base, temp);
      dieAt(point, name, inside, verb);
      check.afterDeath(inside, lasting, "%s, %s".formatted(name, point));
      verb.run(inside, AGAIN);
      assertStates(inside, lasting, "%s again, %s".formatted(name, point));
      assertFinished(inside, counted, lasting, "%s, %s".formatted(name, point));
      store.drop(inside);
    }
    assertRestored(store, counted);
    say(name, store, writes, points.size());
  }

  static List<Point> points(long writes) {
    List<Point> points = new ArrayList<>();
    for (long n = 1; n <= writes; n++) {
      points.add(new Point(n, Fault.BEFORE_EFFECT));
      points.add(new Point(n, Fault.AFTER_EFFECT));
    }
    return points;
  }

  /** All of them, or a few of them. */
  <T> List<T> sample(List<T> points) {
    List<T> mixed = new ArrayList<>(points);
    Collections.shuffle(mixed, random);
    return FULL ? mixed : mixed.subList(0, Math.min(SAMPLE, mixed.size()));
  }

  private static void dieAt(Point point, String name, Storage inside, Verb verb) {
    FaultyStorage dying = FaultyStorage.failingAt(point.write(), point.fault(), inside);
    try {
      verb.run(dying, DYING);
    } catch (Exception e) {
      assertThat(e)
          .as("%s, %s", name, point)
          .hasStackTraceContaining("a test broke the storage at mutation " + point.write());
    }
    assertThat(dying.isDead()).as("%s, %s", name, point).isTrue();
  }

  /** All committed PITs are whole, and are what the source once was. */
  private void assertStates(Storage storage, List<PitId> lasting, String what) {
    if (!isRepository(storage)) {
      return;
    }
    assertThat(WholePits.of(storage)).as(what).containsAll(lasting);
    WholePits.contents(storage)
        .forEach(
            (pit, contents) ->
                assertThat(states).as("%s, PIT %s", what, pit).containsKey(contents));
  }

  /** A repair finds a repository without one; until it is there, nobody can read the PITs. */
  private static boolean isRepository(Storage storage) {
    return storage.stat(Layout.repositoryManifest()).isPresent();
  }

  /** The PITs that no moment of the verb may lack: those that it finds and leaves. */
  private static List<PitId> lasting(Storage base, Storage counted) {
    List<PitId> left = new ArrayList<>(WholePits.of(counted));
    if (isRepository(base)) {
      left.retainAll(WholePits.of(base));
      return left;
    }
    try (Stream<ObjectStat> objects = base.list(Layout.catalogs())) {
      return objects.findAny().isPresent() ? left : List.of();
    }
  }

  /** Run again, a verb leaves what it would have left at once; new PITs have other ids. */
  private void assertFinished(Storage inside, Storage counted, List<PitId> lasting, String what) {
    if (lasting.equals(WholePits.of(counted))) {
      assertThat(WholePits.of(inside)).as("the PITs after %s", what).isEqualTo(lasting);
    }
    List<String> finished = List.copyOf(WholePits.contents(inside).values());
    List<String> expected = List.copyOf(WholePits.contents(counted).values());
    assertThat(finished.get(finished.size() - 1))
        .as("the newest PIT after %s", what)
        .isEqualTo(expected.get(expected.size() - 1));
    assertThat(held(inside)).as("the holds after %s", what).isEqualTo(held(counted));
    assertThat(new Repair(planOf(inside), AT_LAST).run())
        .as("what repair would still do after %s", what)
        .satisfies(
            plan -> {
              assertThat(plan.lostPits()).isEmpty();
              assertThat(plan.rebuilt()).isEmpty();
            });
  }

  private static List<Instant> held(Storage storage) {
    return new Holds(Repository.open(storage)).all().stream().map(Hold::pitTimestamp).toList();
  }

  private RepairRequest planOf(Storage storage) {
    return new RepairRequest(
        storage,
        Optional.of(Scope.ofCatalog(source.catalog())),
        RepairRequest.Action.PLAN_ONLY,
        LEASE);
  }

  private void assertRestored(CrashStore store, Storage storage) {
    WholePits.contents(storage)
        .forEach(
            (pit, contents) -> {
              if (!restored.add(store + contents)) {
                return;
              }
              Lake target = Lake.jdbc(temp.resolve("target-" + UUID.randomUUID()));
              Bcn.at(storage).restoreAll(pit.toString(), target);
              Contents.assertEqual(Contents.ofAll(target), states.get(contents));
            });
  }

  /** What the full run's page is made of. */
  void say(String name, CrashStore store, long moments, int points) {
    System.out.printf(
        "CrashMatrixIT: %s on %s: %d moments, %d points tried, 0 violations, -Dbcn.seed=%d%n",
        name, store, moments, points, SEED);
  }

  /** The keys that match, sorted. */
  static List<ObjectKey> objects(Storage storage, String pattern) {
    try (Stream<ObjectStat> objects = storage.list(Layout.catalogs())) {
      return objects
          .map(ObjectStat::key)
          .filter(key -> key.value().matches(pattern))
          .sorted(Comparator.comparing(ObjectKey::value))
          .toList();
    }
  }

  /** Of all objects but claims. */
  private static Map<ObjectKey, String> digests(Storage storage) {
    Map<ObjectKey, String> digests = new HashMap<>();
    objects(storage, "(?!.*/pit_manifests/).*")
        .forEach(key -> digests.put(key, Documents.sha256(storage.read(key).orElseThrow())));
    return digests;
  }
}
