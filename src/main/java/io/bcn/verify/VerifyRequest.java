package io.bcn.verify;

import io.bcn.format.PitId;
import io.bcn.repository.Repository;
import java.util.Optional;

/**
 * What to look at.
 *
 * @param pit only what this one reaches; else what all committed PITs reach
 * @param subset which objects; documents are always read
 * @param named how many findings are named at the most; all are counted
 */
public record VerifyRequest(
    Repository repository, Optional<PitId> pit, Level level, Subset subset, int named) {

  /** As many as people read. */
  public VerifyRequest(Repository repository, Optional<PitId> pit, Level level, Subset subset) {
    this(repository, pit, level, subset, Verification.NAMED);
  }
}
