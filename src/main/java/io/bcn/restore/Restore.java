package io.bcn.restore;

import io.bcn.copy.Progress;
import io.bcn.copy.Routes;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import io.bcn.table.TargetCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A restore, from the request to the catalog: the one place that has the order.
 *
 * <p>Choose and check, plan every name and location, find every file, place content files, then
 * manifests, then the rest, and only when all of it is there and checked, add rows to tables that
 * exist, create databases, and register tables or put them in the place of others (promises 5 and
 * 9).
 */
public final class Restore {
  private final SparkSession spark;
  private final Progress progress;

  public Restore(SparkSession spark, Progress progress) {
    this.spark = spark;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * <p><i>Fails</i> with REPOSITORY_MISSING, NOT_FOUND, TARGET_EXISTS, UNSUPPORTED or DAMAGED
   * before anything is written where the plan can tell, and before anything is registered in every
   * case. With OUT_OF_SPACE, PERMISSION_DENIED, CREDENTIALS or STORAGE_UNAVAILABLE where the target
   * takes no more: whatever is registered by then is whole, and the same request goes on.
   */
  public RestoreSummary run(RestoreRequest request) {
    Repository repository = Repository.open(request.storage());
    CommittedPit pit = repository.select(request.pit());
    repository.checkManifest(pit);
    String catalogName = request.target().catalog().orElse(repository.scope().catalog());
    try (TargetCatalog catalog = TargetCatalog.open(request.settings(), catalogName)) {
      progress.step("Planning the restore of PIT " + pit.pit());
      RestorePlan plan = new RestorePlanner(request, repository, catalog).plan(pit);
      try (Placing placing =
          new Placing(spark, progress, request.storage(), catalog.fileIos(), plan.tables())) {
        Reached files = placing.files();
        if (request.action() == RestoreRequest.Action.PLAN_ONLY) {
          return planned(request, catalogName, plan, placing.routes(files));
        }
        return restored(request, catalogName, plan, placing, files, catalog);
      }
    }
  }

  private RestoreSummary restored(
      RestoreRequest request,
      String catalogName,
      RestorePlan plan,
      Placing placing,
      Reached files,
      TargetCatalog catalog) {
    Appending appending = new Appending(spark, progress, catalog, plan);
    Map<Integer, Routes> placed;
    List<RestoreSummary.Appended> appended;
    try (appending) {
      placed = placing.place(files);
      appended = appending.append(placed);
    }
    List<String> notices = new ArrayList<>(plan.notices());
    notices.addAll(placing.notices());
    notices.addAll(appending.notices());
    notices.addAll(new CreatedDatabases(catalog, plan.standing()).create(plan.databases()));
    // Rows before tables: to a second try, a table that this one had registered would be one that
    // exists, and would get its own rows again.
    Registering.Outcome outcome = new Registering(progress, catalog, plan).run(placed);
    return summary(request, catalogName, plan, outcome, appended, notices);
  }

  private static RestoreSummary planned(
      RestoreRequest request, String catalogName, RestorePlan plan, Map<Integer, Routes> routes) {
    return summary(
        request,
        catalogName,
        plan,
        Registering.planned(plan, routes),
        Appending.planned(plan, routes),
        plan.notices());
  }

  private static RestoreSummary summary(
      RestoreRequest request,
      String catalogName,
      RestorePlan plan,
      Registering.Outcome outcome,
      List<RestoreSummary.Appended> appended,
      List<String> notices) {
    List<DatabaseName> databases = plan.databases().stream().map(DatabaseEntry::name).toList();
    List<TableName> checked =
        plan.ending(List.of(Ending.Checked.class)).stream()
            .map(index -> plan.tables().get(index).target())
            .toList();
    return new RestoreSummary(
        "1",
        request.storage().root(),
        plan.pit().pit(),
        catalogName,
        request.action() == RestoreRequest.Action.PLAN_ONLY,
        request.contents() == RestoreRequest.Contents.SCHEMA_ONLY,
        outcome.tables(),
        outcome.replaced(),
        appended,
        outcome.views(),
        databases,
        Stream.concat(plan.skipped().stream(), checked.stream()).sorted().toList(),
        plan.notInPit(),
        outcome.failures(),
        notices,
        outcome.tables().stream().mapToLong(RestoreSummary.Restored::files).sum()
            + outcome.replaced().stream().mapToLong(RestoreSummary.Replaced::files).sum(),
        outcome.tables().stream().mapToLong(RestoreSummary.Restored::bytes).sum()
            + outcome.replaced().stream().mapToLong(RestoreSummary.Replaced::bytes).sum(),
        outcome.tables().stream().mapToLong(RestoreSummary.Restored::storeCopiedFiles).sum()
            + outcome.replaced().stream()
                .mapToLong(RestoreSummary.Replaced::storeCopiedFiles)
                .sum(),
        outcome.tables().stream().mapToLong(RestoreSummary.Restored::storeCopiedBytes).sum()
            + outcome.replaced().stream()
                .mapToLong(RestoreSummary.Replaced::storeCopiedBytes)
                .sum());
  }
}
