package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.ExpiredMark;
import io.bcn.format.Layout;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The right to expire PITs, one after the other; nobody else writes meanwhile.
 *
 * <p><i>Atomicity</i>: each PIT is one step, the mark in place of its manifest. A copy of the
 * manifest stays beside it, so that a collection can leave alone for a while what the PIT reached:
 * a restore of it may be under way. A run that dies has expired some of them, whole; what they
 * alone reached is garbage from then on.
 *
 * <p>A hold needs no claim, and a look for it before the mark is not enough: this run may stall
 * between the two, for longer than its lease, so that nobody sees it any more. Therefore both sides
 * write first and look then: a holder creates {@code hold.json} and reads the PIT, an expiry writes
 * the mark and looks for {@code hold.json}. A holder that read the PIT had created its hold before
 * the mark was there, so the look after the mark finds it, and the manifest is put back. A run that
 * dies in between leaves a mark beside a hold: a collection counts such a PIT as reaching, and the
 * next expiry puts it back.
 */
public final class PitExpiry implements AutoCloseable {
  static final String RUN = "expire-";

  private final Repository repository;
  private final Clock clock;
  private final PitClaim claim;
  private final Holds holds;

  private PitExpiry(Repository repository, Clock clock, PitClaim claim) {
    this.repository = repository;
    this.clock = clock;
    this.claim = claim;
    this.holds = new Holds(repository);
  }

  /** <i>Fails</i> with LOCKED while a backup or another verb that writes has the repository. */
  public static PitExpiry begin(Repository repository, Clock clock, Duration lease) {
    return new PitExpiry(
        repository, clock, PitClaim.acquire(repository, RUN + UUID.randomUUID(), clock, lease));
  }

  /** What became of a PIT. */
  public enum Outcome {
    EXPIRED,
    /** Somebody holds it, or it is not there any more. */
    LEFT
  }

  /**
   * Puts back the PITs that are held and expired all the same: what a run left that died between
   * its mark and its second look. One that a collection has begun with stays expired.
   */
  public List<PitId> putBackHeld() {
    return holds.pits().stream()
        .flatMap(pit -> KnownPits.lookUp(repository, pit).stream())
        .filter(ExpiredPit.class::isInstance)
        .map(ExpiredPit.class::cast)
        .filter(expired -> putBack(expired.mark()))
        .map(ExpiredPit::pit)
        .toList();
  }

  /**
   * Expires the PIT, unless it is held.
   *
   * <p><i>Fails</i> with LOCKED where this run stalled and was given up.
   */
  public Outcome expire(PitId pit) {
    if (holds.of(pit).isPresent()) {
      return Outcome.LEFT;
    }
    Optional<CommittedPit> committed = repository.find(pit);
    if (committed.isEmpty()) {
      return Outcome.LEFT;
    }
    ExpiredMark mark = mark(committed.get());
    // Also where this run was given up meanwhile: somebody was told that the PIT stays.
    boolean heldMeanwhile = holds.of(pit).isPresent();
    return heldMeanwhile && putBack(mark) ? Outcome.LEFT : Outcome.EXPIRED;
  }

  /**
   * Puts a mark in the place of a manifest that is lost, unless the PIT is held: what only it
   * reached, which nobody can tell, is garbage from then on.
   *
   * <p><i>Fails</i> with LOCKED where this run stalled and was given up.
   */
  public Outcome giveUp(PitId pit) {
    if (holds.of(pit).isPresent()) {
      return Outcome.LEFT;
    }
    ExpiredMark mark =
        ExpiredMark.ofLost(pit, repository.recordedDigest(pit).orElse(""), now(), claim.runId());
    requireClaim(pit);
    repository
        .storage()
        .replace(Layout.pitManifest(repository.scope().catalog(), pit), Documents.write(mark));
    return Outcome.EXPIRED;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private void requireClaim(PitId pit) {
    if (!claim.isHeld()) {
      throw new BcnException(
          ErrorCode.LOCKED,
          "Cannot expire PIT '%s': another run gave this one up and took over".formatted(pit),
          "Run it again. This happens when a machine stalls for longer than its lease.");
    }
  }

  private ExpiredMark mark(CommittedPit committed) {
    PitId pit = committed.pit();
    Storage storage = repository.storage();
    ExpiredMark mark =
        ExpiredMark.of(committed.manifest(), committed.sha256(), now(), claim.runId());
    requireClaim(pit);
    String catalog = repository.scope().catalog();
    // First, so that where the mark is the copy is.
    storage.replace(Layout.expiredManifest(catalog, pit), bytes(committed));
    storage.replace(Layout.pitManifest(catalog, pit), Documents.write(mark));
    return mark;
  }

  /**
   * Puts the manifest back in the place of its mark, by the copy of it. A collection removes the
   * copy before anything else, so where the copy is, all that the PIT reaches is.
   */
  private boolean putBack(ExpiredMark mark) {
    PitId pit = new PitId(mark.pitTimestamp());
    String catalog = repository.scope().catalog();
    Optional<byte[]> copy =
        repository
            .storage()
            .read(Layout.expiredManifest(catalog, pit))
            .filter(bytes -> Documents.sha256(bytes).equals(mark.manifestSha256()));
    copy.ifPresent(bytes -> repository.storage().replace(Layout.pitManifest(catalog, pit), bytes));
    return copy.isPresent();
  }

  private byte[] bytes(CommittedPit pit) {
    return Repository.bytes(
        repository.storage(),
        new ObjectRef(Layout.pitManifest(repository.scope().catalog(), pit.pit()), pit.sha256()));
  }

  @Override
  public void close() {
    claim.close();
  }
}
