package io.bcn.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.Hold;
import io.bcn.format.Layout;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.Storage;
import io.bcn.storage.VisitedStorage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holders and expiries that meet, at every step of each other: who was told "held" is. */
@Timeout(60)
class HoldsTest {
  private static final Duration LEASE = Duration.ofMinutes(2);

  private final Instant begin = Instant.now();
  private final Clock clock = Clock.fixed(begin, ZoneOffset.UTC);
  private final Clock afterTheLease = Clock.offset(clock, LEASE.multipliedBy(2));
  private final Storage storage = new MemoryStorage();
  private final Repository repository = Repository.create(storage, Scope.ofCatalog("c"), begin);
  private final PitId pit = commit();
  private final byte[] manifest = storage.read(Layout.pitManifest("c", pit)).orElseThrow();

  private PitId commit() {
    try (PitClaim claim = PitClaim.acquire(repository, "backup", clock, LEASE)) {
      return claim
          .commit(
              PitManifest.of(
                  claim.pit(),
                  Optional.empty(),
                  claim.runId(),
                  "test",
                  new PitManifest.CutWindow(
                      PitManifest.CutMode.CONSISTENT,
                      claim.pit().timestamp(),
                      claim.pit().timestamp()),
                  new PitManifest.DeletedInSource(List.of(), List.of()),
                  List.of(),
                  List.of(),
                  List.of(),
                  List.of()))
          .pit();
    }
  }

  private Hold hold(Storage by, Clock at) {
    return new Holds(Repository.open(by)).hold(pit, "ana@ops", "", at);
  }

  private PitExpiry.Outcome expire(Storage by) {
    try (PitExpiry expiry = PitExpiry.begin(Repository.open(by), clock, LEASE)) {
      return expiry.expire(pit);
    }
  }

  private boolean isHeld() {
    return storage.stat(Layout.hold("c", pit)).isPresent();
  }

  /**
   * It has looked for holds, and for its claim, and then nobody sees it for longer than a lease.
   */
  @Test
  void anExpiryThatStallsBeforeItsMarkFindsTheHoldThatWasMadeMeanwhile() {
    Storage stalling =
        VisitedStorage.before(1, "manifest.json", storage, () -> hold(storage, afterTheLease));

    assertThat(expire(stalling)).isEqualTo(PitExpiry.Outcome.LEFT);

    assertThat(isHeld()).isTrue();
    assertThat(storage.read(Layout.pitManifest("c", pit))).contains(manifest);
  }

  /** The same where a backup has taken over: the PIT that somebody was told is held comes back. */
  @Test
  void anExpiryThatWasGivenUpPutsBackTheHeldPitAllTheSame() {
    Storage stalling =
        VisitedStorage.before(
            1,
            "manifest.json",
            storage,
            () -> {
              PitClaim.acquire(repository, "next", afterTheLease, LEASE).abandon();
              hold(storage, afterTheLease);
            });

    assertThat(expire(stalling)).isEqualTo(PitExpiry.Outcome.LEFT);
    assertThat(storage.read(Layout.pitManifest("c", pit))).contains(manifest);
  }

  @Test
  void whatAnExpiryLeftThatDiedBeforeItsSecondLookIsPutBackByTheNextOne() {
    FaultyStorage dying = FaultyStorage.failingAt(5, Fault.BEFORE_EFFECT, storage);
    Storage stalling =
        VisitedStorage.before(1, "manifest.json", dying, () -> hold(storage, afterTheLease));
    assertThatThrownBy(() -> expire(stalling)).hasMessageContaining("a test broke the storage");
    assertThat(repository.find(pit)).as("with the mark").isEmpty();

    try (PitExpiry next = PitExpiry.begin(repository, afterTheLease, LEASE)) {
      assertThat(next.putBackHeld()).containsExactly(pit);
      assertThat(next.putBackHeld()).isEmpty();
      assertThat(next.expire(pit)).isEqualTo(PitExpiry.Outcome.LEFT);
    }
    assertThat(storage.read(Layout.pitManifest("c", pit))).contains(manifest);
  }

  /** A collection has begun with it: what it reached may be gone. */
  @Test
  void aHeldPitWhoseCopyIsGoneStaysExpired() {
    expire(storage);
    storage.delete(Layout.expiredManifest("c", pit));
    storage.create(
        Layout.hold("c", pit), Documents.write(Hold.of(pit, begin, "ana@ops", "too late")));

    try (PitExpiry next = PitExpiry.begin(repository, clock, LEASE)) {
      assertThat(next.putBackHeld()).isEmpty();
    }
    assertThat(repository.find(pit)).isEmpty();
  }

  /** It chose the PIT, and stalled: when its hold is there, the PIT is not. */
  @Test
  void aHolderThatComesTooLateIsToldSo() {
    Storage stalling = VisitedStorage.before(1, "hold.json", storage, () -> expire(storage));

    assertThatThrownBy(() -> hold(stalling, clock))
        .isInstanceOf(BcnException.class)
        .hasMessageContaining(
            "Cannot hold PIT '%s' of repository '%s': it was expired meanwhile",
            pit, storage.root())
        .extracting("code")
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(isHeld()).as("another one may have found it there").isTrue();
  }

  /** The first one is told to try again; the second one must not be told that all is well. */
  @Test
  void aSecondHolderMakesTheSameChecksAsTheFirst() {
    PitExpiry running = PitExpiry.begin(repository, clock, LEASE);
    for (int holder = 1; holder <= 2; holder++) {
      assertThatThrownBy(() -> hold(storage, clock))
          .as("holder %d", holder)
          .isInstanceOf(BcnException.class)
          .hasMessageContaining("is expiring PITs")
          .extracting("code")
          .isEqualTo(ErrorCode.LOCKED);
      assertThat(isHeld()).isTrue();
    }
    assertThat(running.expire(pit)).isEqualTo(PitExpiry.Outcome.LEFT);
    running.close();

    assertThat(hold(storage, clock).heldBy()).isEqualTo("ana@ops");
  }

  @Test
  void aSecondHolderThatComesTooLateIsToldSo() {
    expire(storage);
    storage.create(
        Layout.hold("c", pit), Documents.write(Hold.of(pit, begin, "ana@ops", "too late")));

    assertThatThrownBy(() -> hold(storage, clock))
        .hasMessageContaining("it was expired meanwhile")
        .extracting("code")
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  /** The second finds the hold of the first, who has just seen that an expiry runs. */
  @Test
  void aHolderThatFailsDoesNotTakeBackWhatAnotherReliesOn() {
    PitExpiry running = PitExpiry.begin(repository, clock, LEASE);
    Storage stalling =
        VisitedStorage.before(
            2,
            "hold.json",
            storage,
            () -> {
              running.close();
              hold(storage, clock);
            });
    assertThatThrownBy(() -> hold(stalling, clock)).hasMessageContaining("is expiring PITs");
    running.close();

    assertThat(isHeld()).isTrue();
    assertThat(expire(storage)).isEqualTo(PitExpiry.Outcome.LEFT);
  }

  /** With a clock that is right, and with one by which the expiry's lease has ended long ago. */
  @Test
  void aHolderMayComeAtEveryStepOfAnExpiry() {
    int refused = 0;
    int held = 0;
    for (Clock holders : List.of(clock, afterTheLease)) {
      boolean more = true;
      for (int step = 1; more; step++) {
        Storage inside = MemoryStorage.copyOf(storage);
        List<Hold> told = new ArrayList<>();
        VisitedStorage visited =
            VisitedStorage.before(step, inside, () -> tried(inside, holders).ifPresent(told::add));
        PitExpiry.Outcome outcome = expire(visited);
        more = visited.isVisited();
        refused += more && told.isEmpty() ? 1 : 0;
        held += told.size();
        if (!told.isEmpty()) {
          assertThat(outcome).as("step %d", step).isEqualTo(PitExpiry.Outcome.LEFT);
          assertThat(inside.read(Layout.pitManifest("c", pit))).contains(manifest);
        }
      }
    }
    assertThat(refused).isPositive();
    assertThat(held).isPositive();
  }

  /** It has chosen the PIT before; each time a whole expiry comes and goes. */
  @Test
  void anExpiryMayComeAtEveryStepOfAHolder() {
    int expired = 0;
    boolean more = true;
    for (int step = 1; more; step++) {
      Storage inside = MemoryStorage.copyOf(storage);
      List<PitExpiry.Outcome> outcomes = new ArrayList<>();
      VisitedStorage visited =
          VisitedStorage.before(step, inside, () -> outcomes.add(expire(inside)));
      Optional<Hold> told = tried(visited, clock);
      more = visited.isVisited();
      boolean went = outcomes.contains(PitExpiry.Outcome.EXPIRED);
      expired += went ? 1 : 0;
      assertThat(told.isPresent()).as("step %d", step).isEqualTo(!went);
      assertThat(Repository.open(inside).find(pit).isPresent()).isEqualTo(!went);
    }
    assertThat(expired).isPositive();
  }

  private Optional<Hold> tried(Storage by, Clock at) {
    try {
      return Optional.of(hold(by, at));
    } catch (BcnException e) {
      assertThat(e.code()).isIn(ErrorCode.LOCKED, ErrorCode.NOT_FOUND);
      return Optional.empty();
    }
  }
}
