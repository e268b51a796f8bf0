package io.bcn.retention;

import io.bcn.repository.Repository;
import java.time.Duration;

/**
 * What to collect.
 *
 * @param grace how long an object stays that no PIT reaches: the next backup may use what a dead
 *     one copied
 * @param lease how long the claim outlives a collection that died
 * @param listed how many objects the summary names
 */
public record GcRequest(
    Repository repository, Duration grace, Action action, Duration lease, int listed) {

  /** Whether anything is removed. */
  public enum Action {
    PLAN_ONLY,
    RECLAIM
  }
}
