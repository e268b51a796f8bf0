package io.bcn.repair;

import io.bcn.copy.Progress;
import io.bcn.format.PitId;
import io.bcn.format.TableName;
import io.bcn.repository.Losses;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import io.bcn.verify.Finding;
import io.bcn.verify.Level;
import io.bcn.verify.Subset;
import io.bcn.verify.Verification;
import io.bcn.verify.Verified;
import io.bcn.verify.VerifyRequest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Looks for damage, takes each damaged object again from where it still is byte for byte, and marks
 * the tables and PITs that need one which is nowhere.
 *
 * <p>Looks again after each round: a document that was mended names objects that could not be
 * looked at before. Holds the repository like a backup while it writes. Nothing is ever removed,
 * and no object gets other bytes than those that were stored. A mark of an earlier repair goes only
 * after a look at every byte.
 */
public final class ObjectRepair {
  private static final int OBJECTS_PER_TASK = 16;

  private final SparkSession spark;
  private final Progress progress;
  private final Clock clock;

  public ObjectRepair(SparkSession spark, Progress progress, Clock clock) {
    this.spark = spark;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Runs it. <i>Fails</i> with LOCKED while a backup runs, and where the origin itself can't be
   * reached.
   */
  public ObjectRepairSummary run(ObjectRepairRequest request) {
    if (request.action() == ObjectRepairRequest.Action.PLAN_ONLY) {
      return mend(request, "");
    }
    String runId = "repair-" + UUID.randomUUID();
    try (PitClaim claim = PitClaim.acquire(request.repository(), runId, clock, request.lease())) {
      return mend(request, claim.runId());
    }
  }

  private ObjectRepairSummary mend(ObjectRepairRequest request, String runId) {
    Map<String, String> reasons = new HashMap<>();
    List<ObjectRepairSummary.Mended> mended = new ArrayList<>();
    Set<String> done = new HashSet<>();
    Verified verified = verify(request);
    List<Finding> open = verified.summary().damaged();
    Optional<Origins> origins =
        open.isEmpty() ? Optional.empty() : Optional.of(Origins.of(spark, request));
    while (!open.isEmpty()) {
      Map<String, Mend.Outcome> outcomes = mend(request, open, origins.orElseThrow());
      for (Finding finding : open) {
        Mend.Outcome outcome = outcomes.get(finding.object());
        done.add(finding.object());
        if (outcome.isMended()) {
          mended.add(
              new ObjectRepairSummary.Mended(finding.object(), finding.kind(), finding.problem()));
        } else {
          reasons.put(finding.object(), outcome.reason());
        }
      }
      boolean again =
          request.action() == ObjectRepairRequest.Action.REPAIR
              && outcomes.values().stream().anyMatch(Mend.Outcome::isMended);
      if (!again) {
        break;
      }
      verified = verify(request);
      open =
          verified.summary().damaged().stream()
              .filter(finding -> !done.contains(finding.object()))
              .toList();
    }
    return summary(request, runId, verified, mended, reasons);
  }

  private Verified verify(ObjectRepairRequest request) {
    return new Verification(spark, progress)
        .look(
            new VerifyRequest(
                request.repository(),
                Optional.empty(),
                request.level(),
                Subset.ALL,
                request.mostObjects()));
  }

  private Map<String, Mend.Outcome> mend(
      ObjectRepairRequest request, List<Finding> findings, Origins origins) {
    progress.step("Taking %,d damaged objects again".formatted(findings.size()));
    Map<String, List<Origin>> where = origins.of(findings);
    List<Mend.Item> items = new ArrayList<>();
    for (Finding finding : findings) {
      String sha256 =
          finding.sha256().isEmpty()
              ? origins.digest(request.repository(), finding).orElse("")
              : finding.sha256();
      items.add(new Mend.Item(finding.object(), sha256, where.get(finding.object())));
    }
    Map<String, Mend.Outcome> outcomes = new HashMap<>();
    JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(items, Math.max(1, items.size() / OBJECTS_PER_TASK))
        .mapPartitions(new Mend(request.repository().storage(), request.action()))
        .collect()
        .forEach(outcome -> outcomes.put(outcome.key(), outcome));
    return outcomes;
  }

  private ObjectRepairSummary summary(
      ObjectRepairRequest request,
      String runId,
      Verified verified,
      List<ObjectRepairSummary.Mended> mended,
      Map<String, String> reasons) {
    List<ObjectRepairSummary.Lost> lost = new ArrayList<>();
    long untried = verified.summary().findings() - verified.summary().damaged().size();
    // Else it can't be said that what was lost once is whole again.
    boolean sawAll = request.level() == Level.CHECKSUM && untried == 0;
    SortedMap<PitId, Set<TableName>> tables =
        sawAll ? new TreeMap<>() : marked(request.repository(), verified.summary().pits());
    Set<PitId> gone = new HashSet<>();
    for (Finding finding : verified.summary().damaged()) {
      if (reasons.containsKey(finding.object())) {
        lost.add(
            new ObjectRepairSummary.Lost(
                finding.object(),
                finding.kind(),
                finding.location(),
                finding.problem(),
                reasons.get(finding.object())));
        List<Verified.Need> needs = verified.needs().getOrDefault(finding.object(), List.of());
        needs.forEach(
            need ->
                tables
                    .computeIfAbsent(need.pit(), any -> new TreeSet<>())
                    .add(TableName.parse(need.table())));
        if (needs.isEmpty()) {
          gone.addAll(finding.pits());
        }
      }
    }
    if (request.action() == ObjectRepairRequest.Action.REPAIR) {
      mark(request.repository(), verified.summary().pits(), tables, runId);
    }
    return new ObjectRepairSummary(
        request.level(),
        request.from() instanceof ObjectRepairRequest.Other other
            ? other.storage().root()
            : "catalog " + request.repository().scope().catalog(),
        mended,
        lost,
        tables.entrySet().stream()
            .map(
                entry ->
                    new ObjectRepairSummary.DamagedPit(
                        entry.getKey(), List.copyOf(entry.getValue())))
            .toList(),
        untried == 0
            ? verified.summary().pits().stream()
                .filter(pit -> !tables.containsKey(pit) && !gone.contains(pit))
                .toList()
            : List.of(),
        untried);
  }

  private static SortedMap<PitId, Set<TableName>> marked(Repository repository, List<PitId> pits) {
    SortedMap<PitId, Set<TableName>> marked = new TreeMap<>();
    new Losses(repository).all().forEach((pit, lost) -> marked.put(pit, new TreeSet<>(lost)));
    marked.keySet().retainAll(Set.copyOf(pits));
    return marked;
  }

  /** One of a PIT that is whole again goes. */
  private void mark(
      Repository repository, List<PitId> pits, Map<PitId, Set<TableName>> tables, String runId) {
    Losses losses = new Losses(repository);
    pits.forEach(
        pit ->
            losses.mark(
                pit,
                tables.getOrDefault(pit, Set.of()),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                runId));
  }
}
