package io.bcn.restore;

import io.bcn.copy.Progress;
import io.bcn.copy.Routes;
import io.bcn.table.TargetCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * The part of a restore that adds rows to tables that exist: one commit a table, one after the
 * other. To be closed: then no folder that rows were read from is left.
 */
final class Appending implements AutoCloseable {
  private final SparkSession spark;
  private final Progress progress;
  private final TargetCatalog catalog;
  private final RestorePlan plan;
  private final List<String> notices = new ArrayList<>();

  Appending(SparkSession spark, Progress progress, TargetCatalog catalog, RestorePlan plan) {
    this.spark = spark;
    this.progress = progress;
    this.catalog = catalog;
    this.plan = plan;
  }

  /** One table: {@code index} in the plan. */
  private record One(int index, TableRestore table, Ending.Appended ending) {}

  /**
   * Adds the rows. What was added stays where a later table fails; the same restore again passes it
   * over.
   */
  List<RestoreSummary.Appended> append(Map<Integer, Routes> placed) {
    List<RestoreSummary.Appended> done = new ArrayList<>();
    for (One one : all(plan)) {
      progress.step("Appending rows to table %s".formatted(one.table().target()));
      long rows =
          one.ending()
              .into()
              .append(spark, one.table().files().metadataLocation(), one.ending().mark());
      done.add(summary(one, Optional.of(rows), placed.get(one.index())));
    }
    return done;
  }

  /** What {@link #append} would do. */
  static List<RestoreSummary.Appended> planned(RestorePlan plan, Map<Integer, Routes> routes) {
    return all(plan).stream()
        .map(one -> summary(one, Optional.empty(), routes.get(one.index())))
        .toList();
  }

  private static RestoreSummary.Appended summary(One one, Optional<Long> rows, Routes routes) {
    return new RestoreSummary.Appended(
        one.table().source().tableName(),
        one.table().target(),
        rows,
        routes.files(),
        routes.bytes(),
        routes.storeFiles(),
        routes.storeBytes(),
        one.ending().columns());
  }

  private static List<One> all(RestorePlan plan) {
    List<One> all = new ArrayList<>();
    for (int i = 0; i < plan.tables().size(); i++) {
      if (plan.tables().get(i).ending() instanceof Ending.Appended ending) {
        all.add(new One(i, plan.tables().get(i), ending));
      }
    }
    return all;
  }

  /** What the user should know, complete once this is closed. */
  List<String> notices() {
    return notices;
  }

  @Override
  public void close() {
    for (One one : all(plan)) {
      if (!catalog.removeFolder(one.table().files().fileIo(), one.table().location())) {
        notices.add(
            "Folder '%s' could not be removed: nothing needs it".formatted(one.table().location()));
      }
    }
  }
}
