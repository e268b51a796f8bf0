package io.bcn.backup;

import io.bcn.copy.Progress;
import io.bcn.format.Scope;
import io.bcn.repository.DerivedDocuments;
import io.bcn.repository.Repository;
import io.bcn.table.CatalogCut;
import io.bcn.table.Cut;
import io.bcn.table.CutOptions;
import io.bcn.table.IcebergCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the plan: pins the scope, compares it with the parent, asks where it does not look right.
 */
record Planning(Progress progress, BackupRequest request, Scope scope, ParentPit parent) {

  /** The plan, with what a person should know of it. */
  record Planned(BackupPlan plan, List<String> warnings) {}

  /**
   * Plans a backup into the repository.
   *
   * <p><i>Fails</i> with NOT_FOUND where the scope is not there and never was, or where the catalog
   * seems to be another one; SOURCE_CHANGING where strict.
   */
  Planned plan(IcebergCatalog catalog, Repository repository) {
    BackupPlan plan = withReturned(pinned(catalog), catalog, repository);
    List<String> warnings = new ArrayList<>(parent.warnings());
    warnings.addAll(storedAnew(plan));
    Optional<EmptySource> empty = EmptySource.of(plan, scope);
    if (request.emptySources() == BackupRequest.EmptySources.REFUSED) {
      empty.ifPresent(
          source -> source.check(catalog, new DerivedDocuments(repository).catalogMetadata()));
    }
    empty.map(EmptySource::warnings).ifPresent(warnings::addAll);
    warnings.addAll(new LeftScope(plan, scope).warnings(catalog));
    return new Planned(plan, warnings);
  }

  /** A Hadoop catalog gives a table's files names that an earlier table's files had. */
  private static BackupPlan withReturned(
      BackupPlan plan, IcebergCatalog catalog, Repository repository) {
    return catalog.kind().equals("hadoop") ? plan : new ReturnedTables(repository).in(plan);
  }

  /** The same where there is no repository yet. */
  Planned planOfFirst(IcebergCatalog catalog) {
    return new Planned(pinned(catalog), List.of());
  }

  private static List<String> storedAnew(BackupPlan plan) {
    return plan.tables().stream()
        .filter(table -> table.change() == TablePlan.Change.LOST)
        .map(
            table ->
                "Table %s is stored anew, for the parent PIT has lost objects of it."
                    .formatted(table.name()))
        .toList();
  }

  private BackupPlan pinned(IcebergCatalog catalog) {
    progress.step("Pinning the tables of " + scope);
    CutOptions options = cutOptions();
    // What has been there once is deleted, not mistyped.
    Cut cut =
        CatalogCut.collect(
            catalog, scope, parent.pit().isPresent() ? options.recordingAbsence() : options);
    return BackupPlan.of(cut, parent.pit(), request.reuse(), parent.lost());
  }

  private CutOptions cutOptions() {
    CutOptions options = CutOptions.defaults();
    return request.consistency() == BackupRequest.Consistency.STRICT ? options.strict() : options;
  }
}
