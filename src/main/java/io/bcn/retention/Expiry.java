package io.bcn.retention;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.repository.PitExpiry;
import io.bcn.retention.ExpirySummary.Decided;
import io.bcn.retention.ExpirySummary.Decision;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Expires the PITs that no rule keeps: changes which PITs exist, and nothing else. What they alone
 * reach stays until {@link GarbageCollection} finds it.
 *
 * <p>Oldest first, one step each. The rules keep the same PITs whether some of the others went
 * already or not, so that a run that died is finished by the next one.
 */
public final class Expiry {
  /** Clocks differ by minutes; a time zone's worth of it is no clock that ran ahead. */
  private static final Duration FURTHEST_AHEAD = Duration.ofDays(1);

  private final Clock clock;

  public Expiry(Clock clock) {
    this.clock = clock;
  }

  /** Runs it. <i>Fails</i> with LOCKED while a backup runs. */
  public ExpirySummary run(ExpiryRequest request) {
    if (request.action() == ExpiryRequest.Action.PLAN_ONLY) {
      return summary(request, plan(request), List.of(), List.of());
    }
    try (PitExpiry expiry = PitExpiry.begin(request.repository(), clock, request.lease())) {
      List<PitId> putBack = expiry.putBackHeld();
      // Under the claim: a PIT that was committed just before counts, and one that is held.
      Retention.Plan plan = plan(request);
      List<PitId> left = new ArrayList<>();
      for (PitId pit : plan.expired()) {
        PitExpiry.Outcome outcome =
            plan.lost().contains(pit) ? expiry.giveUp(pit) : expiry.expire(pit);
        if (outcome == PitExpiry.Outcome.LEFT) {
          left.add(pit);
        }
      }
      return summary(request, plan, left, putBack);
    }
  }

  /** Rules count days and hours, and PITs of a clock that ran ahead would count as all of them. */
  private Retention.Plan plan(ExpiryRequest request) {
    Retention.Plan plan = Retention.of(request);
    Instant latest = clock.instant().plus(FURTHEST_AHEAD);
    plan.pits().stream()
        .map(Decided::pit)
        .filter(pit -> pit.timestamp().isAfter(latest))
        .findFirst()
        .ifPresent(
            pit -> {
              throw new BcnException(
                  ErrorCode.FAILED,
                  "Cannot expire PITs of repository '%s': PIT %s is of the future, so the rules would count wrong times"
                      .formatted(request.repository().storage().root(), pit),
                  "If this machine's clock is right, that backup's was not, and all later PITs are after it:"
                      + " back up into a new repository, and keep this one as it is.");
            });
    return plan;
  }

  private static ExpirySummary summary(
      ExpiryRequest request, Retention.Plan plan, List<PitId> left, List<PitId> putBack) {
    List<Decided> pits =
        plan.pits().stream().map(pit -> left.contains(pit.pit()) ? left(pit) : pit).toList();
    long expired = pits.stream().filter(pit -> pit.decision() == Decision.EXPIRE).count();
    List<String> warnings = new ArrayList<>(plan.warnings());
    putBack.forEach(
        pit -> warnings.add("PIT %s is held and was expired; it is there again.".formatted(pit)));
    return new ExpirySummary(
        "1",
        request.repository().storage().root(),
        request.action() == ExpiryRequest.Action.PLAN_ONLY,
        pits.size() - expired,
        expired,
        pits,
        List.copyOf(warnings));
  }

  private static Decided left(Decided pit) {
    return new Decided(
        pit.pit(), pit.complete(), pit.tables(), Decision.KEEP, List.of("held meanwhile"));
  }
}
