package io.bcn.repair;

import io.bcn.format.PitId;
import io.bcn.format.TableName;
import io.bcn.verify.Level;
import io.bcn.verify.Problem;
import java.util.List;

/**
 * What a repair of objects did, or would do.
 *
 * @param from where objects were taken from
 * @param mended objects that are as they were stored again
 * @param lost objects that are nowhere as they were stored
 * @param damagedPits PITs with tables that need a lost object, or that an earlier repair marked and
 *     this one did not see to be whole; oldest first; all else of them is whole
 * @param wholePits PITs that need none, oldest first; none is known to be where objects are untried
 * @param untriedObjects how many more are damaged: too many for one run
 */
public record ObjectRepairSummary(
    Level level,
    String from,
    List<Mended> mended,
    List<Lost> lost,
    List<DamagedPit> damagedPits,
    List<PitId> wholePits,
    long untriedObjects) {

  /** An object that was taken again. */
  public record Mended(String object, String kind, Problem problem) {}

  /**
   * An object that is lost.
   *
   * @param reason why it could not be taken from there
   */
  public record Lost(String object, String kind, String location, Problem problem, String reason) {}

  /** A PIT and what of it is lost. */
  public record DamagedPit(PitId pit, List<TableName> tables) {}
}
