package io.bcn.backup;

import io.bcn.copy.Routes;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.TableTotals;
import io.bcn.repository.CommittedPit;
import io.bcn.table.UnreadableTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a backup did, or, of a plan, would do; printed, and the JSON result.
 *
 * @param coverage {@code all}, or the filter of a partial backup
 * @param pit the new PIT; empty for a plan
 * @param copiedFiles files that this run copied; others of {@code newFiles} were copied by an
 *     earlier, dead one
 * @param storeCopiedFiles those of them that the store copied by itself; of a plan, those that it
 *     will be asked to copy. All others are streamed
 * @param warnings what the user should look at, though the PIT is as it should be
 */
public record BackupSummary(
    String schemaVersion,
    String repository,
    Scope scope,
    String coverage,
    Optional<PitId> pit,
    Optional<PitId> parentPit,
    String runId,
    boolean dryRun,
    boolean complete,
    Optional<PitManifest.CutWindow> cut,
    Tables tables,
    ViewCounts views,
    List<SkippedObject> skipped,
    long newFiles,
    long newBytes,
    long reusedFiles,
    long reusedBytes,
    long copiedFiles,
    long copiedBytes,
    long storeCopiedFiles,
    long storeCopiedBytes,
    List<Failure> failures,
    List<TablePlanned> changes,
    List<String> warnings) {

  /** Tables by outcome. */
  public record Tables(
      long total,
      long active,
      long unchanged,
      long failed,
      List<TableName> deleted,
      List<DatabaseName> deletedDatabases,
      List<Rename> renamed) {}

  /** A table or view that has another name than in the parent PIT. */
  public record Rename(TableName from, TableName to) {}

  /** A table or view that is not in the PIT, and why. */
  public record Failure(TableName table, String code, String message) {}

  /**
   * A table that is new or changed, with what is to store of it.
   *
   * @param change NEW or CHANGED; of a plan also LOST, where stored objects of it are nowhere any
   *     more, and CONDENSED, where its files are listed anew
   * @param storeCopiedFiles as of the whole backup: by which route the files go
   */
  public record TablePlanned(
      TableName table,
      String change,
      long newFiles,
      long newBytes,
      long storeCopiedFiles,
      long storeCopiedBytes) {}

  /**
   * The summary of a committed PIT, from its manifest alone, so that a finished run can be asked
   * for again.
   *
   * @param routes of what this run copied
   */
  static BackupSummary of(
      String repository,
      Scope scope,
      String coverage,
      PitManifest manifest,
      Map<TableName, Routes> routes,
      List<String> warnings) {
    TableTotals totals =
        manifest.tables().stream()
            .map(TableEntry::totals)
            .reduce(TableTotals.NOTHING, TableTotals::plus);
    Routes all = routes.values().stream().reduce(Routes.NOTHING, Routes::plus);
    return new BackupSummary(
        "1",
        repository,
        scope,
        coverage,
        Optional.of(manifest.pit()),
        manifest.parent(),
        manifest.runId().orElse(""),
        false,
        manifest.complete(),
        manifest.cut(),
        tables(manifest),
        ViewCounts.of(manifest),
        manifest.skippedObjects(),
        totals.newFiles(),
        totals.newBytes(),
        totals.files() - totals.newFiles(),
        totals.bytes() - totals.newBytes(),
        all.files(),
        all.bytes(),
        all.storeFiles(),
        all.storeBytes(),
        failures(manifest),
        manifest.tables().stream()
            .filter(table -> table.status() == TableStatus.ACTIVE)
            .map(table -> done(table, routes.getOrDefault(table.tableName(), Routes.NOTHING)))
            .toList(),
        warnings);
  }

  private static TablePlanned done(TableEntry table, Routes routes) {
    TableTotals totals = table.totals();
    return new TablePlanned(
        table.tableName(),
        totals.files() == totals.newFiles() ? "NEW" : "CHANGED",
        totals.newFiles(),
        totals.newBytes(),
        routes.storeFiles(),
        routes.storeBytes());
  }

  /** What the plan would do. */
  static BackupSummary ofPlan(
      BackupRequest request,
      Scope scope,
      String coverage,
      BackupPlan plan,
      List<TablePlanned> changes,
      List<String> warnings) {
    ViewsPlan views = ViewsPlan.of(plan.cut(), plan.parent(), request.reuse());
    List<UnreadableTable> unreadableViews = plan.cut().unreadableViews();
    List<TablePlan> tables = plan.tables();
    long unchanged = tables.stream().filter(TablePlan::isUnchanged).count();
    List<UnreadableTable> unreadable = plan.cut().unreadable();
    return new BackupSummary(
        "1",
        request.storage().root(),
        scope,
        coverage,
        Optional.empty(),
        plan.parent().map(CommittedPit::pit),
        request.runId().value(),
        true,
        unreadable.isEmpty() && unreadableViews.isEmpty(),
        Optional.of(plan.cut().window()),
        new Tables(
            tables.size() + unreadable.size(),
            changes.size(),
            unchanged,
            unreadable.size(),
            plan.deleted().tables(),
            plan.deleted().databases(),
            tables.stream()
                .flatMap(
                    table ->
                        table.renamedFrom().map(from -> new Rename(from, table.name())).stream())
                .toList()),
        ViewCounts.of(views, unreadableViews.size()),
        plan.cut().skipped(),
        changes.stream().mapToLong(TablePlanned::newFiles).sum(),
        changes.stream().mapToLong(TablePlanned::newBytes).sum(),
        0,
        0,
        0,
        0,
        changes.stream().mapToLong(TablePlanned::storeCopiedFiles).sum(),
        changes.stream().mapToLong(TablePlanned::storeCopiedBytes).sum(),
        Stream.concat(unreadable.stream(), unreadableViews.stream())
            .map(table -> new Failure(table.name(), table.code().name(), table.message()))
            .toList(),
        changes,
        warnings);
  }

  private static Tables tables(PitManifest manifest) {
    return new Tables(
        manifest.tables().size(),
        count(manifest, TableStatus.ACTIVE),
        count(manifest, TableStatus.UNCHANGED),
        count(manifest, TableStatus.FAILED),
        manifest.deletedInSource().tables(),
        manifest.deletedInSource().databases(),
        manifest.tables().stream()
            .flatMap(
                table ->
                    table.renamedFrom().map(from -> new Rename(from, table.tableName())).stream())
            .toList());
  }

  private static long count(PitManifest manifest, TableStatus status) {
    return manifest.tables().stream().filter(table -> table.status() == status).count();
  }

  private static List<Failure> failures(PitManifest manifest) {
    return Stream.concat(
            manifest.tables().stream()
                .flatMap(table -> failure(table.tableName(), table.failure())),
            manifest.views().stream().flatMap(view -> failure(view.viewName(), view.failure())))
        .toList();
  }

  private static Stream<Failure> failure(TableName name, Optional<TableEntry.Failure> failure) {
    return failure.stream().map(why -> new Failure(name, why.code(), why.message()));
  }
}
