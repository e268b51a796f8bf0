package io.bcn.repository;

import io.bcn.format.PitId;
import java.util.List;

/**
 * What a repair did, or would do.
 *
 * @param rebuilt documents that were written again
 * @param endedClaims PITs whose {@code .in_progress} could not be read: given up
 * @param lostPits PITs whose manifest is damaged or gone; nothing can rebuild it
 * @param notices what could not be rebuilt as it was, one sentence each
 */
public record RepairSummary(
    String schemaVersion,
    String repository,
    boolean dryRun,
    List<Rebuilt> rebuilt,
    List<PitId> endedClaims,
    List<Lost> lostPits,
    List<String> notices) {

  /** A document that was not what it should be. */
  public record Rebuilt(String object, Problem problem) {}

  /** What was wrong with it. */
  public enum Problem {
    MISSING,
    DAMAGED,
    /** Readable, and not what the PITs say. */
    STALE
  }

  /** A PIT that nothing can bring back. */
  public record Lost(PitId pit, LostPit.Problem problem, String message) {}
}
