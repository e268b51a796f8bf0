package io.bcn.retention;

import io.bcn.format.PitId;
import java.util.List;

/**
 * Which stored objects belong to which PITs.
 *
 * @param pits how many PITs were asked
 * @param reached what at least one of them reaches
 * @param objects the first of these by key
 * @param orphaned what no PIT reaches; nothing where only some PITs or tables were asked
 * @param orphans the first of these by key
 */
public record UseReport(
    String schemaVersion,
    String repository,
    long pits,
    GcSummary.Amount reached,
    List<Use> objects,
    GcSummary.Amount orphaned,
    List<GcSummary.Listed> orphans) {

  /**
   * One object.
   *
   * @param kind what it is: a kind of the inventory, or TABLE_STATE, INVENTORY, VIEW_METADATA
   * @param location where the source had it; empty for what BCN itself made
   * @param pits all PITs that reach it, oldest first
   */
  public record Use(
      String key,
      String kind,
      long bytes,
      String location,
      PitId firstPit,
      PitId lastPit,
      List<PitId> pits) {}
}
