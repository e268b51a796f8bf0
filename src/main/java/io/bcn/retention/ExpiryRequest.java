package io.bcn.retention;

import io.bcn.repository.Repository;
import java.time.Duration;

/**
 * Which PITs to keep, of which repository.
 *
 * @param lease how long the claim outlives an expiry that died
 */
public record ExpiryRequest(Repository repository, KeepRules rules, Action action, Duration lease) {

  /** Whether anything is expired. */
  public enum Action {
    PLAN_ONLY,
    EXPIRE
  }
}
