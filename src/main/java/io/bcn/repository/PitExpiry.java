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
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * The right to expire PITs, one after the other; nobody else writes meanwhile.
 *
 * <p><i>Atomicity</i>: each PIT is one step, the mark in place of its manifest. A copy of the
 * manifest stays beside it, so that a collection can leave alone for a while what the PIT reached:
 * a restore of it may be under way. A run that dies has expired some of them, whole; what they
 * alone reached is garbage from then on.
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
   * Expires the PIT, unless it is held.
   *
   * <p><i>Fails</i> with LOCKED where this run stalled and was given up.
   */
  public Outcome expire(PitId pit) {
    if (holds.of(pit).isPresent()) {
      return Outcome.LEFT;
    }
    Optional<CommittedPit> committed = repository.find(pit);
    committed.ifPresent(this::expire);
    return committed.isPresent() ? Outcome.EXPIRED : Outcome.LEFT;
  }

  private void expire(CommittedPit committed) {
    PitId pit = committed.pit();
    Storage storage = repository.storage();
    ExpiredMark mark =
        ExpiredMark.of(
            committed.manifest(),
            committed.sha256(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            claim.runId());
    if (!claim.isHeld()) {
      throw new BcnException(
          ErrorCode.LOCKED,
          "Cannot expire PIT '%s': another run gave this one up and took over".formatted(pit),
          "Run it again. This happens when a machine stalls for longer than its lease.");
    }
    String catalog = repository.scope().catalog();
    // First, so that where the mark is the copy is.
    storage.replace(Layout.expiredManifest(catalog, pit), bytes(committed));
    storage.replace(Layout.pitManifest(catalog, pit), Documents.write(mark));
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
