package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.AbandonedPit;
import io.bcn.format.Documents;
import io.bcn.format.InProgress;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write one PIT: a lease while the backup runs, and the commit.
 *
 * <p>A claim first creates its own {@code .in_progress}, then looks for others; since both sides do
 * so in that order, at least one of two sees the other. A live one means LOCKED. A dead one's PIT
 * is abandoned by exclusively creating the mark of it under the commit's own key: a holder that
 * wakes up again finds its place taken, so nothing but one exclusive create decides (promises 2 and
 * 3), and no clock does.
 */
public final class PitClaim implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PitClaim.class);
  private static final int ATTEMPTS = 5;

  private final Repository repository;
  private final Clock clock;
  private final Duration lease;
  private final ScheduledExecutorService heart;
  private InProgress marker;
  private boolean closed;

  private PitClaim(Repository repository, Clock clock, Duration lease, InProgress marker) {
    this.repository = repository;
    this.clock = clock;
    this.lease = lease;
    this.marker = marker;
    this.heart =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "bcn-lease");
              thread.setDaemon(true);
              return thread;
            });
    long beatMillis = Math.max(1, lease.toMillis() / 4);
    var unused =
        heart.scheduleAtFixedRate(this::renew, beatMillis, beatMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * Claims a new PIT, later than every other one.
   *
   * @param lease how long the claim outlives its holder's last heartbeat
   *     <p><i>Fails</i> with LOCKED while another backup of the repository lives, with UNSUPPORTED
   *     where the storage does not create exclusively: then neither this claim nor a commit is one.
   */
  public static PitClaim acquire(Repository repository, String runId, Clock clock, Duration lease) {
    for (int attempt = 1; ; attempt++) {
      InProgress marker = marker(newPit(repository, clock), runId, clock, lease);
      ObjectKey key = key(repository, marker);
      if (!repository.storage().create(key, Documents.write(marker))) {
        continue;
      }
      if (!isExclusive(repository, marker, clock, lease)) {
        repository.storage().delete(key);
        if (isGivenUp(repository, new PitId(marker.pitTimestamp()))) {
          continue;
        }
        throw Storage.overwrites(repository.storage());
      }
      List<InProgress> others = others(repository, marker.token());
      Optional<InProgress> alive =
          others.stream().filter(other -> isAlive(other, clock)).findFirst();
      if (alive.isEmpty()) {
        others.forEach(dead -> abandon(repository, dead, runId, clock));
        if (isNewest(repository, marker)) {
          return new PitClaim(repository, clock, lease, marker);
        }
        // One of them, its clock ahead of ours, had committed just before: a PIT is newer than its
        // parent.
        repository.storage().delete(key);
        continue;
      }
      repository.storage().delete(key);
      // Two that start at the same moment may each see the other: one of them comes back first.
      boolean startedTogether = alive.get().startedAt().isAfter(clock.instant().minusSeconds(2));
      if (attempt >= ATTEMPTS || !startedTogether) {
        throw locked(repository, alive.get());
      }
      pause();
    }
  }

  /** The live claim on the repository, if any; for {@code describe} and {@code unlock}. */
  public static Optional<InProgress> current(Repository repository, Clock clock) {
    return others(repository, "").stream().filter(other -> isAlive(other, clock)).findFirst();
  }

  public PitId pit() {
    return new PitId(marker.pitTimestamp());
  }

  public String runId() {
    return marker.runId();
  }

  /**
   * THE commit: one exclusive create (promises 1 and 2). The caller has stored and checked all that
   * the manifest names.
   *
   * <p><i>Fails</i> with LOCKED where this claim was taken over meanwhile.
   */
  public CommittedPit commit(PitManifest manifest) {
    byte[] bytes = Documents.write(manifest);
    ObjectKey key = Layout.pitManifest(repository.scope().catalog(), pit());
    if (!repository.storage().create(key, bytes)) {
      throw new BcnException(
          ErrorCode.LOCKED,
          "Cannot commit PIT '%s': another backup gave this one up and took over".formatted(pit()),
          "Run the backup again; what was copied is used. This happens when a machine stalls for longer than its lease.");
    }
    return new CommittedPit(manifest, Documents.sha256(bytes));
  }

  /** Ends the claim. Without a commit the PIT never was. */
  @Override
  public void close() {
    stopHeart();
    repository.storage().delete(key(repository, marker));
  }

  /**
   * Ends the claim of a backup that failed: the PIT is abandoned, so that what was copied can be
   * found and reused by the next one.
   *
   * <p>Where no space is left for the mark of it, the claim goes first: that ends it in any case,
   * and may free what the mark needs. The order matters less than for another's claim, since this
   * one's holder commits no more.
   */
  public void abandon() {
    stopHeart();
    try {
      abandon(repository, marker, runId(), clock);
    } catch (BcnException e) {
      if (e.code() != ErrorCode.OUT_OF_SPACE) {
        throw e;
      }
      repository.storage().delete(key(repository, marker));
      abandon(repository, marker, runId(), clock);
    }
  }

  /**
   * Whether no other has given this claim up: who does leaves a mark in the commit's place first.
   */
  public boolean isHeld() {
    return !isGivenUp(repository, pit());
  }

  /**
   * Whether the claim that was just created is not created again. All fences stand on that, and a
   * repository may have moved since its store was tried out. The bytes of the second try are
   * others, so that no answer can mistake them for the first; and they are a marker of the same
   * claim, so that it does not matter which of the two is there if this process dies now.
   *
   * <p>False also where another run, its clock far ahead, gave the claim up meanwhile and removed
   * it: then its mark is there.
   */
  private static boolean isExclusive(
      Repository repository, InProgress marker, Clock clock, Duration lease) {
    ObjectKey key = key(repository, marker);
    InProgress other = marker.renewedUntil(until(clock, lease).plusMillis(1));
    try {
      return !repository.storage().create(key, Documents.write(other));
    } catch (BcnException e) {
      if (e.code() == ErrorCode.OUT_OF_SPACE) {
        // A collection may be what makes room; the next claim tries again.
        return true;
      }
      try {
        repository.storage().delete(key);
      } catch (BcnException later) {
        e.addSuppressed(later);
      }
      throw e;
    }
  }

  private static boolean isGivenUp(Repository repository, PitId pit) {
    ObjectKey commit = Layout.pitManifest(repository.scope().catalog(), pit);
    return repository.storage().stat(commit).isPresent();
  }

  private void stopHeart() {
    synchronized (this) {
      closed = true;
    }
    heart.shutdownNow();
  }

  private synchronized void renew() {
    if (closed) {
      return;
    }
    try {
      if (isGivenUp(repository, pit())) {
        // Given up by another backup while this one stalled: a new marker would only keep others
        // out.
        return;
      }
      marker = marker.renewedUntil(until(clock, lease));
      repository.storage().replace(key(repository, marker), Documents.write(marker));
    } catch (RuntimeException e) {
      // A missed heartbeat is no failure: the commit itself finds out whether the claim still
      // holds.
      LOG.warn("Cannot renew the lease of PIT {}: {}", pit(), e.getMessage());
    }
  }

  private static InProgress marker(PitId pit, String runId, Clock clock, Duration lease) {
    return new InProgress(
        Documents.FORMAT_VERSION,
        pit.timestamp(),
        runId,
        UUID.randomUUID().toString(),
        ThisProcess.host(),
        ThisProcess.id(),
        ThisProcess.space(),
        clock.instant().truncatedTo(ChronoUnit.MILLIS),
        until(clock, lease));
  }

  private static Instant until(Clock clock, Duration lease) {
    return clock.instant().plus(lease).truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Now, or just after the newest PIT or claim where this clock is behind or stands still: a PIT is
   * always newer than its parent, and two claims never share an id.
   */
  private static PitId newPit(Repository repository, Clock clock) {
    PitId now = new PitId(clock.instant());
    return repository
        .newestTaken()
        .filter(newest -> newest.compareTo(now) >= 0)
        .map(newest -> new PitId(newest.timestamp().plusMillis(1)))
        .orElse(now);
  }

  private static boolean isNewest(Repository repository, InProgress marker) {
    PitId own = new PitId(marker.pitTimestamp());
    return repository.candidates().stream().allMatch(pit -> pit.compareTo(own) < 0);
  }

  private static List<InProgress> others(Repository repository, String ownToken) {
    Storage storage = repository.storage();
    List<InProgress> found = new ArrayList<>();
    try (Stream<ObjectStat> objects =
        storage.list(Layout.pitManifests(repository.scope().catalog()))) {
      objects
          .map(ObjectStat::key)
          .filter(key -> key.name().equals(".in_progress"))
          .forEach(
              key ->
                  storage
                      .read(key)
                      .map(
                          bytes ->
                              Documents.read(InProgress.class, bytes, repository.location(key)))
                      .filter(other -> !other.token().equals(ownToken))
                      .ifPresent(found::add));
    }
    return found;
  }

  /**
   * By its lease; a process that is gone is dead at once, but only where its absence can be seen: a
   * host of the same name may be another one, and a container of this host sees its own processes.
   */
  private static boolean isAlive(InProgress other, Clock clock) {
    boolean leased = other.leaseUntil().isAfter(clock.instant());
    return leased
        && (!isOfThisSpace(other) || ThisProcess.isAlive(other.processId(), other.startedAt()));
  }

  private static boolean isOfThisSpace(InProgress other) {
    return ThisProcess.host().equals(other.host())
        && other.processSpace().isPresent()
        && other.processSpace().equals(ThisProcess.space());
  }

  /** Fences a dead holder, unless it committed just before it died. */
  private static void abandon(Repository repository, InProgress dead, String runId, Clock clock) {
    PitId pit = new PitId(dead.pitTimestamp());
    AbandonedPit mark = AbandonedPit.of(pit, clock.instant().truncatedTo(ChronoUnit.MILLIS), runId);
    repository
        .storage()
        .create(Layout.pitManifest(repository.scope().catalog(), pit), Documents.write(mark));
    repository.storage().delete(key(repository, dead));
  }

  private static ObjectKey key(Repository repository, InProgress marker) {
    return Layout.inProgress(repository.scope().catalog(), new PitId(marker.pitTimestamp()));
  }

  private static BcnException locked(Repository repository, InProgress holder) {
    return new BcnException(
        ErrorCode.LOCKED,
        "Cannot write to repository '%s': run '%s' (process %d on %s) has been at it since %s"
            .formatted(
                repository.storage().root(),
                holder.runId(),
                holder.processId(),
                holder.host(),
                holder.startedAt()),
        "Wait until it ends; if it is dead, its claim ends by itself at %s."
            .formatted(holder.leaseUntil()));
  }

  private static void pause() {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(50, 800));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
