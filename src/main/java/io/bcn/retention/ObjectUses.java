package io.bcn.retention;

import io.bcn.copy.Kept;
import io.bcn.format.PitId;
import io.bcn.format.TableName;
import io.bcn.repository.Repository;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Which stored object belongs to which PITs, and which to none.
 *
 * <p><i>Shape</i>: counts over all objects, and the first of them by key with their PITs; what the
 * driver holds does not grow with files.
 */
public final class ObjectUses {
  private final SparkSession spark;

  public ObjectUses(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * What to look at.
   *
   * @param pits the PITs whose objects are wanted
   * @param table only of this table or view
   * @param running a backup that goes on: what it has stored is no orphan
   * @param orphans whether the PITs are all there are, so that the rest belongs to none
   * @param listed how many objects the report names
   */
  public record Request(
      Repository repository,
      List<PitId> pits,
      Optional<TableName> table,
      Optional<PitId> running,
      Orphans orphans,
      int listed) {}

  /** Whether what no PIT reaches is told too. */
  public enum Orphans {
    TOLD,
    LEFT_OUT
  }

  /** <i>Fails</i> with DAMAGED where a document of these PITs can't be read. */
  public UseReport report(Request request) {
    Repository repository = request.repository();
    Reach reach = new Reach(spark, repository);
    try (Kept kept = new Kept()) {
      JavaRDD<Reach.Named> byPits =
          kept.keep(
              request
                  .table()
                  .map(table -> reach.ofPits(request.pits(), table))
                  .orElseGet(() -> reach.ofPits(request.pits())));
      JavaRDD<Reach.Named> byStates = kept.keep(reach.ofStates(byPits));
      JavaRDD<Reach.Named> named = kept.keep(byPits.union(byStates).union(reach.ofParts(byStates)));
      Dataset<Row> keys =
          spark
              .createDataset(named.map(Reach.Named::key).rdd(), Encoders.STRING())
              .toDF(StoredObjects.KEY);
      Dataset<Row> stored = kept.keep(StoredObjects.of(spark, repository, request.running()));
      Dataset<Row> reached = kept.keep(stored.join(keys, StoredObjects.KEY, "left_semi"));
      Dataset<Row> orphans =
          request.orphans() == Orphans.TOLD
              ? kept.keep(stored.join(keys, StoredObjects.KEY, "left_anti"))
              : stored.limit(0);
      List<GcSummary.Listed> first = Garbage.first(reached, request.listed());
      return new UseReport(
          "1",
          repository.storage().root(),
          request.pits().size(),
          Garbage.amount(reached),
          uses(first, byPits, byStates, named),
          Garbage.amount(orphans),
          Garbage.first(orphans, request.listed()));
    }
  }

  private static List<UseReport.Use> uses(
      List<GcSummary.Listed> objects,
      JavaRDD<Reach.Named> byPits,
      JavaRDD<Reach.Named> byStates,
      JavaRDD<Reach.Named> named) {
    Set<String> wanted = objects.stream().map(GcSummary.Listed::key).collect(Collectors.toSet());
    UsePaths paths = UsePaths.of(wanted, byPits, byStates, named);
    return objects.stream().map(paths::use).toList();
  }
}
