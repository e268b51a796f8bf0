package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.Hold;
import io.bcn.format.InProgress;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which PITs somebody wants to keep, whatever the rules of retention say.
 *
 * <p>A hold needs no claim, so that it may be made while a backup runs. It is written before the
 * PIT is read; an expiry writes its mark in the PIT's place before it looks for a hold (the last
 * time). So of the two at least one sees the other, however long either stalls: a holder that still
 * reads the PIT is seen, and the mark taken back ({@link PitExpiry}).
 */
public final class Holds {
  private static final String UNREADABLE = "hold.json can't be read";

  private final Repository repository;
  private final Storage storage;
  private final String catalog;

  public Holds(Repository repository) {
    this.repository = repository;
    this.storage = repository.storage();
    this.catalog = repository.scope().catalog();
  }

  /** All of them, oldest PIT first. */
  public List<Hold> all() {
    return pits().stream().flatMap(pit -> of(pit).stream()).toList();
  }

  /** The PITs that are held, as listed, oldest first. */
  public List<PitId> pits() {
    try (Stream<ObjectStat> objects = storage.list(Layout.pitManifests(catalog))) {
      return objects
          .map(ObjectStat::key)
          .filter(key -> key.name().equals("hold.json"))
          .flatMap(key -> Repository.pitOf(key).stream())
          .sorted()
          .toList();
    }
  }

  /** The hold of the PIT. One that can't be read still holds. */
  public Optional<Hold> of(PitId pit) {
    ObjectKey key = Layout.hold(catalog, pit);
    return storage
        .read(key)
        .map(
            bytes -> {
              try {
                return Documents.read(Hold.class, bytes, repository.location(key));
              } catch (BcnException e) {
                return Hold.of(pit, Instant.EPOCH, "unknown", UNREADABLE);
              }
            });
  }

  /**
   * Holds the PIT. One that is held already stays as it is.
   *
   * <p><i>Fails</i> with LOCKED while PITs are being expired, with NOT_FOUND where the PIT was
   * expired meanwhile. The hold stays then too: another one who found it there may rely on it, and
   * only {@link #release} ends it.
   */
  public Hold hold(PitId pit, String by, String reason, Clock clock) {
    Hold hold = Hold.of(pit, clock.instant().truncatedTo(ChronoUnit.MILLIS), by, reason);
    boolean isNew = storage.create(Layout.hold(catalog, pit), Documents.write(hold));
    // Also by who finds one: it may be so new that an expiry has not seen it.
    PitClaim.current(repository, clock)
        .filter(Holds::expires)
        .ifPresent(expiry -> refuse(pit, expiry));
    checkThere(pit);
    return isNew ? hold : of(pit).orElse(hold);
  }

  /** After the hold is there: what is expired by then may be so for good. */
  private void checkThere(PitId pit) {
    if (repository.find(pit).isEmpty()) {
      throw new BcnException(
          ErrorCode.NOT_FOUND,
          "Cannot hold PIT '%s' of repository '%s': it was expired meanwhile"
              .formatted(pit, storage.root()),
          "The hold stays: the next 'bcn expire' puts the PIT back unless gc has collected it; 'bcn unhold' ends the hold.");
    }
  }

  private static boolean expires(InProgress claim) {
    return claim.runId().startsWith(PitExpiry.RUN);
  }

  private void refuse(PitId pit, InProgress expiry) {
    throw new BcnException(
        ErrorCode.LOCKED,
        "Cannot hold PIT '%s' of repository '%s' for certain: run '%s' is expiring PITs"
            .formatted(pit, storage.root(), expiry.runId()),
        "The hold stays: run this again in a moment to see whether the PIT was there in time; if that run is dead, 'bcn unlock' ends its claim.");
  }

  /** Ends the hold, and says what it was; empty where there was none. */
  public Optional<Hold> release(PitId pit) {
    Optional<Hold> hold = of(pit);
    storage.delete(Layout.hold(catalog, pit));
    return hold;
  }
}
