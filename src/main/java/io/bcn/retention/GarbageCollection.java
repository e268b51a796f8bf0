package io.bcn.retention;

import io.bcn.copy.FewAtOnce;
import io.bcn.copy.Kept;
import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.InProgress;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.ExpiredPit;
import io.bcn.repository.Holds;
import io.bcn.repository.KnownPit;
import io.bcn.repository.LostPit;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Removes what no PIT reaches (promise 4): claim, mark, sweep.
 *
 * <p>The claim is a backup's, so that no PIT is committed and nothing is adopted meanwhile. It may
 * be lost: a collection that stalls beyond its lease is given up, and the next backup may adopt
 * what a dead one copied. Therefore leftover inventory parts go first, then the claim is looked at,
 * and only then the objects go. If it was still held, whoever takes over looks for parts later than
 * that, and finds none that names an object which is about to go, however late a delete comes. And
 * a part that goes late does no harm: a PIT never names another one's leftover part. And what was
 * stored under a PIT's id that is not less than this claim's is never looked at: whoever takes over
 * may have committed it when the PITs had been read and the objects had not.
 *
 * <p>An expired PIT counts like the others during the grace, and, whatever its age, while somebody
 * holds it: an expiry may have died when it had expired the PIT and not yet seen the hold. The next
 * one puts such a PIT back, if the copy of its manifest is there. So the copies of those that do
 * not count go before anything that these reach.
 */
public final class GarbageCollection {
  private static final int DELETES_AT_ONCE = 16;

  private final SparkSession spark;
  private final Progress progress;
  private final Clock clock;

  public GarbageCollection(SparkSession spark, Progress progress, Clock clock) {
    this.spark = spark;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Runs it.
   *
   * <p><i>Fails</i> with LOCKED while a backup runs, with DAMAGED where it can't be known what the
   * PITs reach; then nothing is removed.
   */
  public GcSummary run(GcRequest request) {
    if (request.action() == GcRequest.Action.PLAN_ONLY) {
      Optional<PitId> running =
          PitClaim.current(request.repository(), clock)
              .map(InProgress::pitTimestamp)
              .map(PitId::new);
      try (Kept kept = new Kept()) {
        return summary(request, find(request, running, kept));
      }
    }
    String runId = "gc-" + UUID.randomUUID();
    try (PitClaim claim = PitClaim.acquire(request.repository(), runId, clock, request.lease());
        Kept kept = new Kept()) {
      // Who takes over while this one stalls commits a PIT that was not looked at: ids only grow.
      return sweep(request, claim, find(request, Optional.of(claim.pit()), kept));
    }
  }

  /**
   * What was found: everything that is needed to decide has been read.
   *
   * @param over expired PITs that reach nothing any more
   */
  private record Found(
      Instant olderThan,
      long pits,
      List<PitId> over,
      Garbage garbage,
      GcSummary.Amount amount,
      GcSummary.Amount young,
      GcSummary.Amount staged) {}

  private Found find(GcRequest request, Optional<PitId> before, Kept kept) {
    Instant olderThan = clock.instant().minus(request.grace()).truncatedTo(ChronoUnit.MILLIS);
    progress.step("Reading what the PITs reach");
    List<PitId> pits = pits(request.repository());
    List<ExpiredPit> expired = expired(request.repository());
    // After their marks: what is held by then was held in time, or is young.
    Set<PitId> held = new HashSet<>(new Holds(request.repository()).pits());
    List<PitId> reaching = new ArrayList<>(pits);
    List<PitId> over = new ArrayList<>();
    for (ExpiredPit pit : expired) {
      boolean young = !pit.mark().expiredAt().isBefore(olderThan);
      (young || held.contains(pit.pit()) ? reaching : over).add(pit.pit());
    }
    Garbage garbage = Garbage.find(spark, request.repository(), reaching, before, olderThan, kept);
    GcSummary.Amount amount = garbage.amount();
    return new Found(
        olderThan,
        pits.size(),
        over,
        garbage,
        amount,
        garbage.youngAmount(),
        staged(request.repository().storage(), olderThan));
  }

  /** All PITs; a lost one may reach anything. */
  private static List<PitId> pits(Repository repository) {
    return repository.pits().map(pit -> committed(repository, pit).pit()).toList();
  }

  /** PITs that are no more. */
  private static List<ExpiredPit> expired(Repository repository) {
    return repository
        .history()
        .filter(ExpiredPit.class::isInstance)
        .map(ExpiredPit.class::cast)
        .toList();
  }

  private static CommittedPit committed(Repository repository, KnownPit pit) {
    if (pit instanceof LostPit lost) {
      throw lost.prevents(
          "tell what is garbage in repository '%s'".formatted(repository.storage().root()),
          "Put its manifest back from a copy of the repository, or give it up with 'bcn expire --lost'; until then nothing is removed.");
    }
    return (CommittedPit) pit;
  }

  private GcSummary sweep(GcRequest request, PitClaim claim, Found found) {
    GcSummary summary = summary(request, found);
    Storage storage = request.repository().storage();
    if (!claim.isHeld()) {
      throw takenOver(request.repository());
    }
    forget(request.repository(), found.over);
    try (Progress.Moving moving =
        progress.moving("Removing", found.amount.objects(), found.amount.bytes())) {
      delete(storage, found.garbage.parts(), moving);
      if (!claim.isHeld()) {
        throw takenOver(request.repository());
      }
      delete(storage, found.garbage.othersThanParts(), moving);
    }
    try (Stream<ObjectStat> begun = begun(storage, found.olderThan)) {
      begun.forEach(object -> storage.delete(object.key()));
    }
    return summary;
  }

  private static void delete(Storage storage, Dataset<Row> objects, Progress.Moving moving) {
    LongAccumulator files = moving.filesDone();
    LongAccumulator bytes = moving.bytesDone();
    objects
        .select(StoredObjects.KEY, StoredObjects.LENGTH)
        .javaRDD()
        .foreachPartition(rows -> delete(storage, rows, files, bytes));
  }

  private static void delete(
      Storage storage, Iterator<Row> rows, LongAccumulator files, LongAccumulator bytes) {
    FewAtOnce.forEach(
        DELETES_AT_ONCE,
        rows,
        row -> {
          storage.delete(new ObjectKey(row.getString(0)));
          return row.getLong(1);
        },
        length -> {
          files.add(1);
          bytes.add(length);
        });
  }

  /** Removes the copies of their manifests: from here on nobody may put these PITs back. */
  private static void forget(Repository repository, List<PitId> expired) {
    Storage storage = repository.storage();
    String catalog = repository.scope().catalog();
    expired.stream()
        .map(pit -> Layout.expiredManifest(catalog, pit))
        .filter(copy -> storage.stat(copy).isPresent())
        .forEach(storage::delete);
  }

  private static GcSummary.Amount staged(Storage storage, Instant olderThan) {
    try (Stream<ObjectStat> begun = begun(storage, olderThan)) {
      return begun
          .map(object -> new GcSummary.Amount(1, object.lengthBytes()))
          .reduce(
              GcSummary.Amount.NOTHING,
              (a, b) -> new GcSummary.Amount(a.objects() + b.objects(), a.bytes() + b.bytes()));
    }
  }

  private static Stream<ObjectStat> begun(Storage storage, Instant olderThan) {
    return storage.list(Storage.STAGED).filter(object -> object.modifiedAt().isBefore(olderThan));
  }

  private static GcSummary summary(GcRequest request, Found found) {
    return new GcSummary(
        "1",
        request.repository().storage().root(),
        request.action() == GcRequest.Action.PLAN_ONLY,
        found.olderThan,
        found.pits,
        found.amount,
        found.staged,
        found.young,
        found.garbage.first(request.listed()));
  }

  private static BcnException takenOver(Repository repository) {
    return new BcnException(
        ErrorCode.LOCKED,
        "Cannot go on removing garbage from repository '%s': a backup took over meanwhile"
            .formatted(repository.storage().root()),
        "Run 'bcn gc' again when it has ended. This happens when a machine stalls for longer than its lease.");
  }
}
