package io.bcn.repository;

import io.bcn.format.Scope;
import io.bcn.storage.Storage;
import java.time.Duration;
import java.util.Optional;

/**
 * What to repair.
 *
 * @param scope what the repository is locked to; needed only where its manifest is lost and the
 *     PITs leave it open
 * @param lease how long the claim outlives a repair that died
 */
public record RepairRequest(Storage storage, Optional<Scope> scope, Action action, Duration lease) {

  /** Whether anything is written. */
  public enum Action {
    PLAN_ONLY,
    REPAIR
  }
}
