package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.ExpiredPit;
import io.bcn.repository.Holds;
import io.bcn.repository.KnownPit;
import io.bcn.repository.Repair;
import io.bcn.repository.RepairRequest;
import io.bcn.repository.Repository;
import io.bcn.retention.Expiry;
import io.bcn.retention.ExpiryRequest;
import io.bcn.retention.GarbageCollection;
import io.bcn.retention.GcRequest;
import io.bcn.retention.KeepRules;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backups, repairs, expiries, holders, collections and readers of one repository at the same time,
 * in every interleaving of their operations that a seed chooses, with clocks that differ by hours,
 * so that holders are given up while they work (promises 1 to 4).
 *
 * <p>After each round every committed PIT is whole, the PITs are one chain without a fork, who was
 * told that a PIT is held has it, and the next backup works. What readers see meanwhile is whole
 * too.
 */
@Timeout(3600)
class RepositoryRaceIT {
  private static final int ROUNDS = Boolean.getBoolean("bcn.full") ? 1_000 : 24;
  private static final int ROUNDS_AT_ONCE = 6;
  private static final Duration LEASE = Duration.ofHours(1);

  /** All that may end a verb that races. */
  private static final Set<ErrorCode> REFUSALS = Set.of(ErrorCode.LOCKED);

  @TempDir Path temp;

  private final Map<String, Integer> outcomes = new ConcurrentHashMap<>();

  /** One who works on the repository. */
  private interface Player {
    void play(Storage storage);
  }

  @Test
  void whateverRacesEveryCommittedPitIsWholeAndTheyAreOneChain() throws Exception {
    long seed = Long.getLong("bcn.seed", System.nanoTime());
    ExecutorService rounds = Executors.newFixedThreadPool(ROUNDS_AT_ONCE);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        long ofRound = seed + round;
        all.add(rounds.submit(() -> round(ofRound)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      rounds.shutdownNow();
    }
    System.out.printf("RepositoryRaceIT: %d rounds, %s, -Dbcn.seed=%d%n", ROUNDS, outcomes, seed);
    assertThat(outcomes.get("backup committed")).isGreaterThan(ROUNDS / 2);
  }

  /** It stalls there beyond its lease, and goes on when a whole backup has come and gone. */
  @Test
  void aBackupMayTakeOverAtEveryStepOfACollection() throws Exception {
    Storage base = new MemoryStorage();
    Clock now = Clock.systemUTC();
    new SmallBackup(base, now, LEASE).run();
    PitId kept = new SmallBackup(base, now, LEASE).run();
    expiry(now).play(base);
    Player collection = collection(Clock.offset(now, LEASE));
    Clock later = Clock.offset(now, LEASE.multipliedBy(3));
    int steps = 0;
    AtomicInteger stepsTaken = new AtomicInteger();
    do {
      Storage inside = MemoryStorage.copyOf(base);
      AtomicInteger committed = new AtomicInteger();
      stepsTaken.set(0);
      int before = steps;
      Random order =
          new Random() {
            @Override
            public int nextInt(int waiting) {
              return waiting == 2 && stepsTaken.getAndIncrement() >= before ? 1 : 0;
            }
          };
      play(List.of(collection, backup(later, committed)), inside, order);
      assertThat(committed.get()).as("committed after step %d", steps).isEqualTo(1);
      assertThat(wholeChain(inside)).as("step %d", steps).hasSize(2).startsWith(kept);
      steps++;
    } while (stepsTaken.get() >= steps);
    System.out.printf("RepositoryRaceIT: a backup at each of %d steps of a collection%n", steps);
    assertThat(steps).isGreaterThan(10);
  }

  private void round(long seed) {
    Random random = new Random(seed);
    Storage inside = store(random, seed);
    int committedBefore = random.nextInt(3);
    for (int i = 0; i < committedBefore; i++) {
      new SmallBackup(inside, Clock.systemUTC(), LEASE).run();
    }
    AtomicInteger committed = new AtomicInteger(committedBefore);
    Set<PitId> held = ConcurrentHashMap.newKeySet();
    List<Player> players =
        new ArrayList<>(List.of(backup(random, committed), backup(random, committed)));
    for (int more = random.nextInt(3); more > 0; more--) {
      players.add(any(random, seed, committed, held));
    }
    if (random.nextInt(4) == 0) {
      players.removeIf(player -> player instanceof Reader || player instanceof Holder);
      players.add(collection(clock(random)));
    }
    try {
      play(players, inside, new Random(seed + 1));
      // Who was told that it committed, did. All may have fenced each other: their clocks differ by
      // more than the lease.
      assertThat(wholeChain(inside).isEmpty()).isEqualTo(committed.get() == 0);
      assertThat(WholePits.of(inside)).as("those that are held").containsAll(held);
      // After the last lease of the clock that is most ahead.
      new SmallBackup(inside, Clock.offset(Clock.systemUTC(), LEASE.multipliedBy(9)), LEASE).run();
      assertThat(wholeChain(inside)).isNotEmpty();
    } catch (RuntimeException | AssertionError | InterruptedException e) {
      throw new AssertionError("-Dbcn.seed=%d: %s".formatted(seed, e), e);
    }
  }

  /** Every fifth on a real disk. */
  private Storage store(Random random, long seed) {
    return random.nextInt(5) == 0
        ? StorageLocation.parse(temp.resolve("repo-" + seed).toString()).open(Map.of())
        : new MemoryStorage();
  }

  private static void play(List<Player> players, Storage inside, Random order)
      throws InterruptedException {
    Turns turns = new Turns(order, players.size());
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < players.size(); i++) {
      Storage storage = turns.storage(i, inside);
      Player player = players.get(i);
      threads.add(
          new Thread(
              () -> {
                try {
                  player.play(storage);
                } catch (RuntimeException | Error e) {
                  failures.add(e);
                } finally {
                  turns.ends();
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join(TimeUnit.MINUTES.toMillis(2));
      assertThat(thread.isAlive()).as("a player hangs").isFalse();
    }
    assertThat(failures).isEmpty();
  }

  private Player any(Random random, long seed, AtomicInteger committed, Set<PitId> held) {
    return switch (random.nextInt(8)) {
      case 0, 1 -> backup(random, committed);
      case 2 -> repair(random);
      case 3, 4 -> expiry(clock(random));
      case 5, 6 -> new Holder(this, clock(random), held);
      default -> new Reader(seed, outcomes);
    };
  }

  /** With a clock that is up to four hours ahead: others' leases look ended. */
  private Player backup(Random random, AtomicInteger committed) {
    return backup(clock(random), committed);
  }

  private Player backup(Clock clock, AtomicInteger committed) {
    return storage ->
        outcome(
            "backup",
            () -> {
              new SmallBackup(storage, clock, LEASE).run();
              committed.incrementAndGet();
            });
  }

  private Player repair(Random random) {
    Clock clock = clock(random);
    return storage -> {
      RepairRequest request =
          new RepairRequest(
              storage,
              Optional.of(Scope.ofCatalog(SmallBackup.CATALOG)),
              RepairRequest.Action.REPAIR,
              LEASE);
      outcome("repair", () -> new Repair(request, clock).run());
    };
  }

  private Player expiry(Clock clock) {
    KeepRules rules = new KeepRules(Map.of(KeepRules.Rule.LAST, 1), Duration.ZERO);
    return storage ->
        outcome(
            "expiry",
            () ->
                new Expiry(clock)
                    .run(
                        new ExpiryRequest(
                            Repository.open(storage), rules, ExpiryRequest.Action.EXPIRE, LEASE)));
  }

  /** Without the grace that makes it safe for readers of what expires: it plays without them. */
  private Player collection(Clock clock) {
    return storage ->
        outcome(
            "collection",
            () ->
                new GarbageCollection(
                        SharedSpark.session(),
                        new Progress(SharedSpark.session(), line -> {}),
                        clock)
                    .run(
                        new GcRequest(
                            Repository.open(storage),
                            Duration.ZERO,
                            GcRequest.Action.RECLAIM,
                            LEASE,
                            100)));
  }

  private record Reader(long seed, Map<String, Integer> outcomes) implements Player {
    @Override
    public void play(Storage storage) {
      assertThat(WholePits.of(storage)).as("what a reader sees, -Dbcn.seed=%d", seed).isNotNull();
      outcomes.merge("reader read", 1, Integer::sum);
    }
  }

  /** Holds the oldest PIT that it sees. */
  private record Holder(RepositoryRaceIT race, Clock clock, Set<PitId> held) implements Player {
    @Override
    public void play(Storage storage) {
      race.outcome(
          "hold",
          () -> {
            Repository repository = Repository.open(storage);
            repository
                .readable()
                .map(CommittedPit::pit)
                .min(Comparator.naturalOrder())
                .ifPresent(
                    pit -> {
                      var unused = new Holds(repository).hold(pit, "a test", "", clock);
                      held.add(pit);
                    });
          });
    }
  }

  private static Clock clock(Random random) {
    return random.nextBoolean()
        ? Clock.systemUTC()
        : Clock.offset(Clock.systemUTC(), Duration.ofMinutes(random.nextInt(240)));
  }

  private void outcome(String verb, Runnable run) {
    try {
      run.run();
      outcomes.merge(verb + " committed", 1, Integer::sum);
    } catch (BcnException e) {
      if (!isRefusal(verb, e)) {
        throw e;
      }
      outcomes.merge(verb + " refused", 1, Integer::sum);
    }
  }

  /** There may be no repository yet. */
  private static boolean isRefusal(String verb, BcnException e) {
    return REFUSALS.contains(e.code())
        || (verb.equals("hold") && e.code() == ErrorCode.NOT_FOUND)
        || (!verb.equals("backup") && e.code() == ErrorCode.REPOSITORY_MISSING);
  }

  /** Through the marks of those that were expired: what was held may be older than these. */
  private static List<PitId> wholeChain(Storage storage) {
    List<KnownPit> newestFirst = Repository.open(storage).history().toList();
    for (int i = 0; i + 1 < newestFirst.size(); i++) {
      assertThat(parent(newestFirst.get(i)))
          .as("the parent of %s", newestFirst.get(i))
          .contains(newestFirst.get(i + 1).pit());
    }
    return WholePits.of(storage);
  }

  private static Optional<PitId> parent(KnownPit pit) {
    return pit instanceof ExpiredPit expired
        ? expired.parent().map(PitManifest.Parent::pit)
        : ((CommittedPit) pit).manifest().parent();
  }
}
