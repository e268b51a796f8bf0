package io.bcn.retention;

import io.bcn.repository.Repository;
import java.time.Duration;

/**
 * Which PITs to keep, of which repository.
 *
 * @param lost what becomes of PITs whose manifest is lost
 * @param lease how long the claim outlives an expiry that died
 */
public record ExpiryRequest(
    Repository repository, KeepRules rules, LostPits lost, Action action, Duration lease) {

  /** The same where lost PITs are left alone. */
  public ExpiryRequest(Repository repository, KeepRules rules, Action action, Duration lease) {
    this(repository, rules, LostPits.LEFT_ALONE, action, lease);
  }

  /** What no rule can tell of, and what no garbage can be told of before. */
  public enum LostPits {
    LEFT_ALONE,
    GIVEN_UP
  }

  /** Whether anything is expired. */
  public enum Action {
    PLAN_ONLY,
    EXPIRE
  }
}
