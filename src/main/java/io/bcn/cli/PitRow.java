package io.bcn.cli;

import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.TableEntry;
import io.bcn.format.TableStatus;
import io.bcn.format.TableTotals;
import java.time.Instant;
import java.util.Optional;

/**
 * One PIT among others, in numbers.
 *
 * @param complete false where a table or view failed: {@code latest} passes such a PIT over
 * @param deletedSinceParent tables, views and databases that went between the parent PIT and this
 *     one
 * @param deletedObjects tables, views and databases that any ancestor has and this PIT has not
 */
record PitRow(
    PitId pit,
    Optional<PitId> parentPit,
    Instant pitTimestamp,
    boolean complete,
    Counts counts,
    long filesNew,
    long filesTotal,
    long bytesNew,
    long bytesTotal,
    long deletedSinceParent,
    long deletedObjects,
    boolean hasDeletedObjects,
    Optional<String> runId,
    Optional<String> programVersion,
    Optional<PitManifest.CutWindow> cut) {

  /** How many objects the PIT has; {@code active} and the others without a prefix are tables. */
  record Counts(
      long databases,
      long tables,
      long active,
      long unchanged,
      long failed,
      long snapshots,
      long views,
      long viewsActive,
      long viewsUnchanged,
      long viewsFailed) {}

  static PitRow of(PitManifest pit) {
    TableTotals totals =
        pit.tables().stream()
            .map(TableEntry::totals)
            .reduce(TableTotals.NOTHING, TableTotals::plus);
    long went =
        (long) pit.deletedInSource().tables().size()
            + pit.deletedInSource().databases().size()
            + pit.deletedInSource().views().size();
    long deleted = (long) pit.deletedObjects().size() + pit.deletedViews().size();
    return new PitRow(
        pit.pit(),
        pit.parent(),
        pit.pitTimestamp(),
        pit.complete(),
        new Counts(
            pit.databases().size(),
            pit.tables().size(),
            count(pit, TableStatus.ACTIVE),
            count(pit, TableStatus.UNCHANGED),
            count(pit, TableStatus.FAILED),
            totals.snapshots(),
            pit.views().size(),
            countViews(pit, TableStatus.ACTIVE),
            countViews(pit, TableStatus.UNCHANGED),
            countViews(pit, TableStatus.FAILED)),
        totals.newFiles(),
        totals.files(),
        totals.newBytes(),
        totals.bytes(),
        went,
        deleted,
        deleted > 0,
        pit.runId(),
        pit.programVersion(),
        pit.cut());
  }

  private static long count(PitManifest pit, TableStatus status) {
    return pit.tables().stream().filter(table -> table.status() == status).count();
  }

  private static long countViews(PitManifest pit, TableStatus status) {
    return pit.views().stream().filter(view -> view.status() == status).count();
  }
}
