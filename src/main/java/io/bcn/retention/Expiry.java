package io.bcn.retention;

import io.bcn.format.PitId;
import io.bcn.repository.PitExpiry;
import io.bcn.retention.ExpirySummary.Decided;
import io.bcn.retention.ExpirySummary.Decision;
import java.time.Clock;
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
  private final Clock clock;

  public Expiry(Clock clock) {
    this.clock = clock;
  }

  /** Runs it. <i>Fails</i> with LOCKED while a backup runs. */
  public ExpirySummary run(ExpiryRequest request) {
    if (request.action() == ExpiryRequest.Action.PLAN_ONLY) {
      return summary(request, Retention.of(request.repository(), request.rules()), List.of());
    }
    try (PitExpiry expiry = PitExpiry.begin(request.repository(), clock, request.lease())) {
      // Under the claim: a PIT that was committed just before counts, and one that is held.
      Retention.Plan plan = Retention.of(request.repository(), request.rules());
      List<PitId> left = new ArrayList<>();
      for (PitId pit : plan.expired()) {
        if (expiry.expire(pit) == PitExpiry.Outcome.LEFT) {
          left.add(pit);
        }
      }
      return summary(request, plan, left);
    }
  }

  private static ExpirySummary summary(
      ExpiryRequest request, Retention.Plan plan, List<PitId> left) {
    List<Decided> pits =
        plan.pits().stream().map(pit -> left.contains(pit.pit()) ? left(pit) : pit).toList();
    long expired = pits.stream().filter(pit -> pit.decision() == Decision.EXPIRE).count();
    return new ExpirySummary(
        "1",
        request.repository().storage().root(),
        request.action() == ExpiryRequest.Action.PLAN_ONLY,
        pits.size() - expired,
        expired,
        pits,
        plan.warnings());
  }

  private static Decided left(Decided pit) {
    return new Decided(
        pit.pit(), pit.complete(), pit.tables(), Decision.KEEP, List.of("held meanwhile"));
  }
}
