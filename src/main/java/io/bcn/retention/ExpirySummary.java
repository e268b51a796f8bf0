package io.bcn.retention;

import io.bcn.format.PitId;
import java.util.List;

/**
 * What an expiry did, or would do.
 *
 * @param kept how many PITs stay
 * @param expired how many went
 * @param pits all of them with the reasons, oldest first
 * @param warnings one sentence each
 */
public record ExpirySummary(
    String schemaVersion,
    String repository,
    boolean dryRun,
    long kept,
    long expired,
    List<Decided> pits,
    List<String> warnings) {

  /**
   * What becomes of one PIT.
   *
   * @param tables how many tables it holds
   * @param reasons why it is kept; why not, where it is not
   */
  public record Decided(
      PitId pit, boolean complete, long tables, Decision decision, List<String> reasons) {}

  /** Whether it stays. */
  public enum Decision {
    KEEP,
    EXPIRE
  }
}
