package io.bcn.restore;

import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitId;
import io.bcn.format.TableName;
import io.bcn.table.ColumnMatch;
import java.util.List;
import java.util.Optional;

/**
 * What a restore did, or, of a plan, would do; printed, and the JSON result.
 *
 * @param schemaOnly whether the tables were restored without their rows, as asked
 * @param files files placed at the target, rewritten ones included
 * @param storeCopiedFiles those of them that the store copied by itself; of a plan, those that it
 *     will be asked to copy
 * @param tables tables that were registered
 * @param replaced tables that were there and gave way, under {@code --if-exists replace}
 * @param appended tables that were there and got rows, under {@code --if-exists append}
 * @param views views that were registered
 * @param skipped tables and views that were there already and that nothing was done to
 * @param notInPit tables and views of the PIT that it does not hold, since their backup had failed
 * @param failures tables and views that somebody else had created or changed by the time that they
 *     were to be registered, or that the catalog refused
 * @param notices what the user should know and need not act on
 */
public record RestoreSummary(
    String schemaVersion,
    String repository,
    PitId pit,
    String targetCatalog,
    boolean dryRun,
    boolean schemaOnly,
    List<Restored> tables,
    List<Replaced> replaced,
    List<Appended> appended,
    List<RestoredView> views,
    List<DatabaseName> databases,
    List<TableName> skipped,
    List<TableName> notInPit,
    List<Failure> failures,
    List<String> notices,
    long files,
    long bytes,
    long storeCopiedFiles,
    long storeCopiedBytes) {

  /**
   * One table.
   *
   * @param coverage {@code all}, or which rows the table holds, as its partial backup does
   * @param metadataLocation the target catalog's pointer; empty for a plan
   * @param storeCopiedFiles as of the whole restore: by which route the files came
   */
  public record Restored(
      TableName source,
      TableName target,
      String location,
      String coverage,
      String metadataLocation,
      long snapshots,
      long files,
      long bytes,
      long storeCopiedFiles,
      long storeCopiedBytes) {}

  /**
   * One table that took the place of another.
   *
   * @param location the table's location now
   * @param previousMetadataLocation what the catalog pointed at before
   * @param metadataLocation what it points at now; empty for a plan
   * @param lostSnapshots snapshots of the replaced table that the PIT does not have, oldest first
   * @param undo what a user does to get the replaced table back
   */
  public record Replaced(
      TableName source,
      TableName target,
      String location,
      String coverage,
      String previousMetadataLocation,
      String metadataLocation,
      List<Long> lostSnapshots,
      String undo,
      long snapshots,
      long files,
      long bytes,
      long storeCopiedFiles,
      long storeCopiedBytes) {}

  /**
   * One table that exists and got rows.
   *
   * @param rows how many were added; empty for a plan
   * @param files files that the rows were read from
   * @param columns what each of its columns got
   */
  public record Appended(
      TableName source,
      TableName target,
      Optional<Long> rows,
      long files,
      long bytes,
      long storeCopiedFiles,
      long storeCopiedBytes,
      List<ColumnMatch> columns) {}

  /**
   * One view.
   *
   * @param metadataLocation the target catalog's pointer; empty for a plan
   * @param previousMetadataLocation its pointer before, where a view was replaced
   */
  public record RestoredView(
      TableName source,
      TableName target,
      String location,
      String metadataLocation,
      Optional<String> previousMetadataLocation,
      long versions) {}

  /**
   * One table or view that was planned and that the catalog refused in the end; it is as it was.
   *
   * @param code why, as an error's code
   */
  public record Failure(TableName target, ErrorCode code, String message, String hint) {}

  /** Whether anything at the target is there, or is other, by this run. */
  public boolean hasChangedSomething() {
    return !(tables.isEmpty() && replaced.isEmpty() && appended.isEmpty() && views.isEmpty());
  }
}
