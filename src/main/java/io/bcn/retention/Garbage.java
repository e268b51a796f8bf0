package io.bcn.retention;

import io.bcn.copy.Kept;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What no PIT reaches, found on executors: the listing, less what the PITs reach.
 *
 * @param old what can go
 * @param young what has to wait until it is old enough
 */
record Garbage(Dataset<Row> old, Dataset<Row> young) {
  private static final Logger LOG = LoggerFactory.getLogger(Garbage.class);

  /**
   * Finds it.
   *
   * <p>What a dead backup copied can be adopted by the next one as long as an inventory part names
   * it. So what a part names that has to wait has to wait too, however old it is.
   *
   * @param pits all that are committed
   * @param before of a run that goes on: what it or a later one has stored is left alone
   */
  static Garbage find(
      SparkSession spark,
      Repository repository,
      List<PitId> pits,
      Optional<PitId> before,
      Instant olderThan,
      Kept kept) {
    Storage storage = repository.storage();
    Dataset<Row> unreached =
        kept.keep(
            StoredObjects.of(spark, repository, before)
                .join(reached(spark, repository, pits, kept), StoredObjects.KEY, "left_anti"));
    Column isOld = functions.col(StoredObjects.MODIFIED).lt(olderThan.toEpochMilli());
    Dataset<Row> youngParts =
        unreached.filter(functions.not(isOld).and(functions.col(StoredObjects.PART)));
    Dataset<Row> old =
        kept.keep(
            unreached
                .filter(isOld)
                .join(namedBy(spark, storage, youngParts), StoredObjects.KEY, "left_anti"));
    return new Garbage(
        old, unreached.join(old.select(StoredObjects.KEY), StoredObjects.KEY, "left_anti"));
  }

  /** The keys of all objects that the PITs reach. */
  private static Dataset<Row> reached(
      SparkSession spark, Repository repository, List<PitId> pits, Kept kept) {
    Reach reach = new Reach(spark, repository);
    JavaRDD<Reach.Named> byPits = kept.keep(reach.ofPits(pits));
    JavaRDD<Reach.Named> byStates = kept.keep(reach.ofStates(byPits));
    JavaRDD<String> keys =
        byPits.union(byStates).union(reach.ofParts(byStates)).map(Reach.Named::key);
    return keys(spark, keys);
  }

  /** The keys that leftover inventory parts name. One that can't be read is never adopted. */
  private static Dataset<Row> namedBy(SparkSession spark, Storage storage, Dataset<Row> parts) {
    return keys(
        spark,
        parts
            .select(StoredObjects.KEY)
            .javaRDD()
            .flatMap(part -> files(storage, new ObjectKey(part.getString(0))).iterator()));
  }

  private static List<String> files(Storage storage, ObjectKey part) {
    List<String> keys = new ArrayList<>();
    try {
      storage
          .read(part)
          .ifPresent(
              bytes ->
                  InventoryReader.parse(bytes, part.value(), file -> keys.add(file.key().value())));
      return keys;
    } catch (BcnException e) {
      if (e.code() != ErrorCode.DAMAGED) {
        throw e;
      }
      LOG.warn("Not looking into what a dead backup left: {}", e.getMessage());
      return List.of();
    }
  }

  private static Dataset<Row> keys(SparkSession spark, JavaRDD<String> keys) {
    return spark.createDataset(keys.rdd(), Encoders.STRING()).toDF(StoredObjects.KEY);
  }

  GcSummary.Amount amount() {
    return amount(old);
  }

  GcSummary.Amount youngAmount() {
    return amount(young);
  }

  static GcSummary.Amount amount(Dataset<Row> objects) {
    Row row =
        objects
            .agg(
                functions.count(functions.lit(1)),
                functions.coalesce(functions.sum(StoredObjects.LENGTH), functions.lit(0L)))
            .first();
    return new GcSummary.Amount(row.getLong(0), row.getLong(1));
  }

  List<GcSummary.Listed> first(int count) {
    return first(old, count);
  }

  /** The first by key. */
  static List<GcSummary.Listed> first(Dataset<Row> objects, int count) {
    return objects.orderBy(StoredObjects.KEY).limit(count).collectAsList().stream()
        .map(
            row ->
                new GcSummary.Listed(
                    row.getAs(StoredObjects.KEY),
                    row.<Long>getAs(StoredObjects.LENGTH),
                    Instant.ofEpochMilli(row.<Long>getAs(StoredObjects.MODIFIED))))
        .toList();
  }

  Dataset<Row> parts() {
    return old.filter(functions.col(StoredObjects.PART));
  }

  Dataset<Row> othersThanParts() {
    return old.filter(functions.not(functions.col(StoredObjects.PART)));
  }
}
