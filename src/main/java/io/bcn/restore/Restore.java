package io.bcn.restore;

import io.bcn.copy.Amounts;
import io.bcn.copy.Progress;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import io.bcn.table.DriverThreads;
import io.bcn.table.TargetCatalog;
import io.bcn.table.TargetViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * A restore, from the request to the catalog: the one place that has the order.
 *
 * <p>Choose and check, plan every name and location, find every file, place content files, then
 * manifests, then the rest, and only when all of it is there and checked, add rows to tables that
 * exist, create databases and register tables (promises 5 and 9).
 */
public final class Restore {
  private static final int REGISTERING_THREADS = 8;

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
   * case.
   */
  public RestoreSummary run(RestoreRequest request) {
    Repository repository = Repository.open(request.storage());
    CommittedPit pit = repository.select(request.pit());
    String catalogName = request.target().catalog().orElse(repository.scope().catalog());
    try (TargetCatalog catalog = TargetCatalog.open(request.settings(), catalogName)) {
      progress.step("Planning the restore of PIT " + pit.pit());
      RestorePlan plan = new RestorePlanner(request, repository, catalog).plan(pit);
      try (Placing placing = new Placing(spark, progress, request.storage(), plan.tables())) {
        Reached files = placing.files();
        if (request.action() == RestoreRequest.Action.PLAN_ONLY) {
          return planned(request, catalogName, plan, files.amounts());
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
    Map<Integer, PlaceFiles.Placed> placed;
    List<RestoreSummary.Appended> appended;
    try (appending) {
      placed = placing.place(files, catalog.fileIos());
      appended = appending.append(placed);
    }
    List<String> notices = new ArrayList<>(plan.notices());
    notices.addAll(appending.notices());
    // Rows before tables: to a second try, a table that this one had registered would be one that
    // exists, and would get its own rows again.
    List<RestoreSummary.Restored> tables = registered(plan, placed, catalog, notices);
    List<RestoreSummary.RestoredView> views = registeredViews(plan, catalog);
    return summary(request, catalogName, plan, tables, appended, views, notices);
  }

  private List<RestoreSummary.Restored> registered(
      RestorePlan plan,
      Map<Integer, PlaceFiles.Placed> placed,
      TargetCatalog catalog,
      List<String> notices) {
    List<Integer> own = plan.toRegister();
    progress.step("Registering %,d tables".formatted(own.size()));
    notices.addAll(new CreatedDatabases(catalog, plan.standing()).create(plan.databases()));
    try (DriverThreads threads = new DriverThreads(REGISTERING_THREADS)) {
      return threads.map(
          own, index -> registered(plan.tables().get(index), placed.get(index), catalog));
    }
  }

  /** After the tables, of which they may speak. */
  private List<RestoreSummary.RestoredView> registeredViews(
      RestorePlan plan, TargetCatalog catalog) {
    progress.step("Registering %,d views".formatted(plan.views().size()));
    TargetViews views = new TargetViews(catalog);
    try (DriverThreads threads = new DriverThreads(REGISTERING_THREADS)) {
      return threads.map(
          plan.views(), view -> view.restored(views.register(view.target(), view.metadata())));
    }
  }

  private static RestoreSummary.Restored registered(
      TableRestore table, PlaceFiles.Placed placed, TargetCatalog catalog) {
    String pointer = catalog.register(table.target(), table.files().metadataLocation());
    return restored(table, pointer, placed.files(), placed.bytes());
  }

  private static RestoreSummary planned(
      RestoreRequest request, String catalogName, RestorePlan plan, Amounts amounts) {
    List<RestoreSummary.Restored> tables = new ArrayList<>();
    for (int i : plan.toRegister()) {
      tables.add(
          restored(
              plan.tables().get(i), "", amounts.ofTable(i).files(), amounts.ofTable(i).bytes()));
    }
    List<RestoreSummary.RestoredView> views =
        plan.views().stream().map(view -> view.restored("")).toList();
    return summary(
        request,
        catalogName,
        plan,
        tables,
        Appending.planned(plan, amounts),
        views,
        plan.notices());
  }

  private static RestoreSummary.Restored restored(
      TableRestore table, String pointer, long files, long bytes) {
    return new RestoreSummary.Restored(
        table.source().tableName(),
        table.target(),
        table.location(),
        table.files().coverage().text(),
        pointer,
        table.files().extent().isWhole() ? table.source().totals().snapshots() : 0,
        files,
        bytes);
  }

  private static RestoreSummary summary(
      RestoreRequest request,
      String catalogName,
      RestorePlan plan,
      List<RestoreSummary.Restored> tables,
      List<RestoreSummary.Appended> appended,
      List<RestoreSummary.RestoredView> views,
      List<String> notices) {
    List<DatabaseName> databases = plan.databases().stream().map(DatabaseEntry::name).toList();
    return new RestoreSummary(
        "1",
        request.storage().root(),
        plan.pit().pit(),
        catalogName,
        request.action() == RestoreRequest.Action.PLAN_ONLY,
        request.contents() == RestoreRequest.Contents.SCHEMA_ONLY,
        tables,
        appended,
        views,
        databases,
        plan.skipped(),
        plan.notInPit(),
        notices,
        tables.stream().mapToLong(RestoreSummary.Restored::files).sum(),
        tables.stream().mapToLong(RestoreSummary.Restored::bytes).sum());
  }
}
