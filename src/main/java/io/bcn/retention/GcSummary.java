package io.bcn.retention;

import java.time.Instant;
import java.util.List;

/**
 * What a collection removed, or would remove.
 *
 * @param olderThan only what was stored before
 * @param pits how many PITs were asked what they reach
 * @param reclaimed what no PIT reaches
 * @param staged what dead processes had begun to write
 * @param young what no PIT reaches and is not old enough
 * @param listed the first of what is reclaimed, by key
 */
public record GcSummary(
    String schemaVersion,
    String repository,
    boolean dryRun,
    Instant olderThan,
    long pits,
    Amount reclaimed,
    Amount staged,
    Amount young,
    List<Listed> listed) {

  /** How much. */
  public record Amount(long objects, long bytes) {
    public static final Amount NOTHING = new Amount(0, 0);
  }

  /** One object. */
  public record Listed(String key, long bytes, Instant modifiedAt) {}
}
