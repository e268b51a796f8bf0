package io.bcn.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.InProgress;
import io.bcn.format.Layout;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.OverwritingStorage;
import io.bcn.storage.Storage;
import io.bcn.storage.VisitedStorage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases under clocks of the tests' own: who waits is a matter of clocks, who commits is not. */
@Timeout(60)
class PitClaimTest {
  private static final Duration LEASE = Duration.ofMinutes(2);

  private final Instant begin = Instant.now().plusSeconds(3600);
  private final Storage storage = new MemoryStorage();
  private final Repository repository = Repository.create(storage, Scope.ofCatalog("c"), begin);

  /** A clock that its test moves; a machine's, which may be wrong. */
  private static final class Hands extends Clock {
    private volatile Instant now;

    Hands(Instant now) {
      this.now = now;
    }

    void forward(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private PitClaim acquire(String run, Clock clock) {
    return PitClaim.acquire(repository, run, clock, LEASE);
  }

  private PitManifest manifest(PitClaim claim) {
    Optional<PitManifest.Parent> parent =
        repository.readable().findFirst().map(CommittedPit::asParent);
    return PitManifest.of(
        claim.pit(),
        parent,
        claim.runId(),
        "test",
        new PitManifest.CutWindow(
            PitManifest.CutMode.CONSISTENT, claim.pit().timestamp(), claim.pit().timestamp()),
        new PitManifest.DeletedInSource(List.of(), List.of()),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private InProgress marker(PitId pit) {
    return Documents.read(
        InProgress.class, storage.read(Layout.inProgress("c", pit)).orElseThrow(), "marker");
  }

  private List<PitId> committed() {
    return repository.readable().map(CommittedPit::pit).toList();
  }

  @Test
  void aHolderThatStalledBeyondItsLeaseCannotCommitWhenItWakesUp() {
    Hands clock = new Hands(begin);
    PitClaim stalled = acquire("stalled", clock);
    clock.forward(LEASE.plusMillis(1));
    PitClaim next = acquire("next", clock);

    assertThat(stalled.isHeld()).isFalse();
    assertThatThrownBy(() -> stalled.commit(manifest(stalled)))
        .isInstanceOf(BcnException.class)
        .hasMessageContaining(
            "Cannot commit PIT '%s': another backup gave this one up", stalled.pit())
        .extracting("code")
        .isEqualTo(ErrorCode.LOCKED);
    assertThat(next.commit(manifest(next)).pit()).isEqualTo(next.pit());
    stalled.abandon();
    next.close();
    assertThat(committed()).containsExactly(next.pit());
    assertThat(PitClaim.current(repository, clock)).isEmpty();
  }

  @Test
  void aHolderThatStalledAndWasNotGivenUpCommits() {
    Hands clock = new Hands(begin);
    PitClaim stalled = acquire("stalled", clock);
    clock.forward(LEASE.multipliedBy(100));

    assertThat(stalled.commit(manifest(stalled)).pit()).isEqualTo(stalled.pit());
    stalled.close();
  }

  @Test
  void aHeartbeatRenewsTheLeaseByTheHoldersClock() throws InterruptedException {
    Hands clock = new Hands(begin);
    PitClaim claim = PitClaim.acquire(repository, "beats", clock, Duration.ofMillis(200));
    Instant before = marker(claim.pit()).leaseUntil();
    clock.forward(Duration.ofHours(1));
    while (!marker(claim.pit()).leaseUntil().isAfter(before)) {
      Thread.sleep(5);
    }
    assertThat(marker(claim.pit()).leaseUntil())
        .isEqualTo(clock.instant().plusMillis(200).truncatedTo(ChronoUnit.MILLIS));
    claim.close();
  }

  /** Its heart must not bring a claim back to life that another gave up. */
  @Test
  void aHeartbeatAfterTheTakeOverKeepsNobodyOut() throws InterruptedException {
    Hands clock = new Hands(begin);
    PitClaim stalled = PitClaim.acquire(repository, "stalled", clock, Duration.ofMillis(40));
    // Asleep: no heartbeat gets through while the clock jumps beyond the lease.
    Hands ahead = new Hands(begin.plusSeconds(3600));
    PitClaim next = PitClaim.acquire(repository, "next", ahead, Duration.ofHours(1));
    Thread.sleep(200);

    assertThat(storage.stat(Layout.inProgress("c", stalled.pit()))).isEmpty();
    assertThat(next.commit(manifest(next)).pit()).isEqualTo(next.pit());
    next.close();
    stalled.close();
  }

  /** It span for ever once: the id of a claim that has no mark yet was not seen as taken. */
  @Test
  void aClockThatStandsStillGivesEachClaimAnIdOfItsOwn() {
    Clock still = Clock.fixed(begin, ZoneOffset.UTC);
    PitClaim first = acquire("first", still);
    assertThatThrownBy(() -> acquire("second", still))
        .hasMessageContaining("run 'first'")
        .extracting("code")
        .isEqualTo(ErrorCode.LOCKED);
    first.commit(manifest(first));
    first.close();
    PitClaim third = acquire("third", still);
    assertThat(third.pit()).isGreaterThan(first.pit());
    third.close();
  }

  /** Two clusters, one of them minutes off: one waits too long or gives up too early, no more. */
  @ParameterizedTest(name = "{0} minutes")
  @ValueSource(longs = {1, 24 * 60})
  void clocksThatDifferCostTimeAndNeverACommit(long minutes) {
    Hands right = new Hands(begin);
    Hands ahead = new Hands(begin.plus(Duration.ofMinutes(minutes)));

    // The one that is ahead holds: the other waits for a lease that ends late by its own clock.
    PitClaim held = acquire("ahead", ahead);
    assertThatThrownBy(() -> acquire("right", right)).hasMessageContaining("run 'ahead'");
    right.forward(LEASE.plusMinutes(minutes).plusMillis(1));
    PitClaim taken = acquire("right", right);
    assertThat(taken.pit()).isGreaterThan(held.pit());
    assertThatThrownBy(() -> held.commit(manifest(held))).hasMessageContaining("gave this one up");
    PitId first = taken.commit(manifest(taken)).pit();
    taken.close();

    // The one that is right holds: to the other its lease may look over, and then it is fenced.
    ahead.forward(LEASE.plusMinutes(minutes));
    PitClaim slow = acquire("right", right);
    PitId second;
    if (minutes > LEASE.toMinutes()) {
      PitClaim early = acquire("ahead", ahead);
      assertThatThrownBy(() -> slow.commit(manifest(slow)))
          .hasMessageContaining("gave this one up");
      second = early.commit(manifest(early)).pit();
      early.close();
    } else {
      second = slow.commit(manifest(slow)).pit();
    }
    slow.close();
    assertThat(committed()).containsExactly(second, first);
    assertThat(repository.lost()).isEmpty();
  }

  /** Whatever two clusters do in whatever order: PITs are one chain, each later than its parent. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void randomLivesOfTwoClustersMakeOneChain(long seed) {
    Random random = new Random(seed);
    List<Hands> clocks = List.of(new Hands(begin), new Hands(begin.plusSeconds(300)));
    List<PitClaim> claims = new ArrayList<>();
    int commits = 0;
    for (int step = 0; step < 200; step++) {
      Hands clock = clocks.get(random.nextInt(clocks.size()));
      switch (random.nextInt(5)) {
        case 0 -> clock.forward(Duration.ofSeconds(random.nextInt(400)));
        case 1 -> acquired(clock, random).ifPresent(claims::add);
        case 2 -> commits += commit(claims, random);
        // It dies: nobody closes its claim.
        case 3 -> claims.remove(random(claims, random));
        default -> clocks.forEach(each -> each.forward(Duration.ofSeconds(30)));
      }
    }
    List<CommittedPit> chain = repository.readable().toList();
    assertThat(chain).hasSize(commits).isNotEmpty();
    for (int i = 0; i + 1 < chain.size(); i++) {
      assertThat(chain.get(i).parent()).contains(chain.get(i + 1).asParent());
      assertThat(chain.get(i).pit()).isGreaterThan(chain.get(i + 1).pit());
    }
    assertThat(repository.lost()).isEmpty();
  }

  private Optional<PitClaim> acquired(Clock clock, Random random) {
    // A claim that is refused takes its time, in case both began together: only some are tried.
    if (PitClaim.current(repository, clock).isPresent() && random.nextInt(8) != 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(acquire("run", clock));
    } catch (BcnException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.LOCKED);
      return Optional.empty();
    }
  }

  private int commit(List<PitClaim> claims, Random random) {
    PitClaim claim = random(claims, random);
    if (claim == null) {
      return 0;
    }
    claims.remove(claim);
    boolean held = claim.isHeld();
    try {
      claim.commit(manifest(claim));
      assertThat(held).isTrue();
      claim.close();
      return 1;
    } catch (BcnException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.LOCKED);
      assertThat(held).isFalse();
      claim.abandon();
      return 0;
    }
  }

  private static PitClaim random(List<PitClaim> claims, Random random) {
    return claims.isEmpty() ? null : claims.get(random.nextInt(claims.size()));
  }

  /** A repository that was moved to a store that ignores the condition of a conditional write. */
  @Test
  void aStoreThatOverwritesWhatIsThereIsFoundOutByEachClaim() {
    Storage overwriting = new OverwritingStorage(storage);
    assertThatThrownBy(
            () -> PitClaim.acquire(Repository.open(overwriting), "moved", new Hands(begin), LEASE))
        .isInstanceOf(BcnException.class)
        .hasMessageContaining(
            "Cannot use storage '%s': the store overwrites what a conditional write",
            storage.root())
        .extracting("code")
        .isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(repository.newestTaken()).as("nothing is left of it").isEmpty();
  }

  /** Else the claim that another run had given up would look like a store that overwrites. */
  @Test
  void aClaimThatIsGivenUpBeforeItIsTriedOutIsTakenAgain() {
    Hands clock = new Hands(begin);
    Hands ahead = new Hands(begin.plus(LEASE.multipliedBy(2)));
    List<PitId> others = new ArrayList<>();
    Storage stalling =
        VisitedStorage.before(
            2,
            ".in_progress",
            storage,
            () -> {
              PitClaim other = acquire("ahead", ahead);
              others.add(other.commit(manifest(other)).pit());
              other.close();
            });

    PitClaim claim = PitClaim.acquire(Repository.open(stalling), "stalled", clock, LEASE);

    assertThat(claim.pit()).isGreaterThan(others.get(0));
    assertThat(PitClaim.current(repository, clock)).isPresent();
    claim.close();
    assertThat(PitClaim.current(repository, clock)).isEmpty();
  }

  @Test
  void tryingOutLeavesTheClaimAsItWas() {
    Hands clock = new Hands(begin);
    PitClaim claim = acquire("run", clock);
    assertThat(marker(claim.pit()).leaseUntil())
        .isEqualTo(begin.plus(LEASE).truncatedTo(ChronoUnit.MILLIS));
    claim.close();
  }

  /** What a claim of this process looks like, as another one's would that has died. */
  private InProgress dead(String host, Optional<String> space) {
    PitClaim claim = acquire("dead", new Hands(begin));
    InProgress own = marker(claim.pit());
    claim.close();
    InProgress dead =
        new InProgress(
            own.version(),
            own.pitTimestamp(),
            own.runId(),
            own.token(),
            host,
            Integer.MAX_VALUE,
            space,
            own.startedAt().minusSeconds(10),
            own.leaseUntil());
    storage.create(Layout.inProgress("c", claim.pit()), Documents.write(dead));
    return dead;
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aHolderWhoseProcessIsSeenToBeGoneIsTakenOverAtOnce() {
    InProgress dead = dead(ThisProcess.host(), ThisProcess.space());

    PitClaim next = acquire("next", new Hands(begin));

    assertThat(next.pit().timestamp()).isAfter(dead.pitTimestamp());
    assertThat(storage.stat(Layout.inProgress("c", new PitId(dead.pitTimestamp())))).isEmpty();
    next.close();
  }

  /**
   * A container in the host's network, a clone of the machine, an older program: no such process
   * here, and it may well be alive.
   */
  @ParameterizedTest(name = "space {0}")
  @ValueSource(strings = {"another", ""})
  void aHolderOfTheSameHostNameWhoseProcessesAreNotSeenIsGoneByItsLease(String space) {
    Hands clock = new Hands(begin);
    InProgress unseen =
        dead(ThisProcess.host(), Optional.of(space).filter(some -> !some.isEmpty()));

    assertThatThrownBy(() -> acquire("next", clock))
        .isInstanceOf(BcnException.class)
        .hasMessageContaining("run 'dead' (process %d on", unseen.processId())
        .extracting("code")
        .isEqualTo(ErrorCode.LOCKED);

    clock.forward(LEASE.plusMillis(1));
    acquire("next", clock).close();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aSpaceIsTheSameForAsLongAsTheProcessLives() {
    assertThat(ThisProcess.space()).isPresent().isEqualTo(ThisProcess.space());
    assertThat(ThisProcess.space().orElseThrow()).matches("[0-9a-f-]{36} pid:\\[[0-9]+]");
  }
}
