package io.bcn.verify;

import io.bcn.format.PitId;
import java.util.List;
import java.util.Map;

/**
 * What a verification found.
 *
 * @param subset which part of the objects, as it was asked for; {@code 100%} is all
 * @param pits those that were looked at, oldest first, without the lost ones
 * @param objects how many objects were looked at, documents aside, each once
 * @param bytes their recorded lengths
 * @param findings how many objects are damaged
 * @param byProblem the same by what is wrong; only what occurs
 * @param damaged PIT manifests first, then by key; at most {@link Verification#NAMED}
 * @param opened all zero at other levels
 * @param notices what is odd and no damage: counts in a snapshot's summary that are not its
 *     manifests'
 */
public record VerifySummary(
    String schemaVersion,
    String repository,
    Level level,
    String subset,
    List<PitId> pits,
    long objects,
    long bytes,
    long findings,
    Map<Problem, Long> byProblem,
    List<Finding> damaged,
    Opened opened,
    List<String> notices) {

  /**
   * What was opened and read, at level RESTORE.
   *
   * @param states table states, each once
   * @param snapshots Iceberg's, each once
   * @param dataFiles each once for each set of deletes
   * @param rows all that these files have
   * @param visibleRows those that no delete hides
   */
  public record Opened(long states, long snapshots, long dataFiles, long rows, long visibleRows) {
    static final Opened NOTHING = new Opened(0, 0, 0, 0, 0);
  }

  public boolean isIntact() {
    return findings == 0;
  }
}
