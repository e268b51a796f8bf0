package io.bcn.retention;

import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.repository.Repository;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What backups stored of tables and views, as the store lists it.
 *
 * <p><i>Shape</i>: listed by one task as a stream, so that no process holds all of it. What stands
 * elsewhere in a repository is not in it, and so is never taken for garbage.
 */
final class StoredObjects {
  static final String KEY = "key";
  static final String LENGTH = "length_bytes";
  static final String MODIFIED = "modified_ms";

  /** The PIT whose backup stored it. */
  static final String PIT = "pit";

  /** Whether it is a part of an inventory. */
  static final String PART = "is_part";

  private static final StructType SCHEMA =
      new StructType(
          List.of(
                  DataTypes.createStructField(KEY, DataTypes.StringType, false),
                  DataTypes.createStructField(LENGTH, DataTypes.LongType, false),
                  DataTypes.createStructField(MODIFIED, DataTypes.LongType, false),
                  DataTypes.createStructField(PIT, DataTypes.StringType, false),
                  DataTypes.createStructField(PART, DataTypes.BooleanType, false))
              .toArray(StructField[]::new));

  private StoredObjects() {}

  /**
   * All of them.
   *
   * @param before a run that goes on: what it has stored so far is left out, and all that runs have
   *     stored which began after it
   */
  static Dataset<Row> of(SparkSession spark, Repository repository, Optional<PitId> before) {
    Storage storage = repository.storage();
    ObjectKey prefix = Layout.databases(repository.scope().catalog());
    JavaSparkContext executors = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Row> rows =
        executors.parallelize(List.of(prefix), 1).flatMap(below -> listed(storage, below));
    Dataset<Row> all = spark.createDataset(rows.rdd(), Encoders.row(SCHEMA));
    return before
        .map(run -> all.filter(functions.col(PIT).lt(run.toString())))
        .orElse(all)
        .repartition(executors.defaultParallelism() * 4);
  }

  private static Iterator<Row> listed(Storage storage, ObjectKey prefix) {
    Stream<ObjectStat> objects = storage.list(prefix);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> objects.close());
    return objects.map(StoredObjects::row).flatMap(Optional::stream).iterator();
  }

  private static Optional<Row> row(ObjectStat object) {
    return Layout.storedBy(object.key())
        .map(
            pit ->
                RowFactory.create(
                    object.key().value(),
                    object.lengthBytes(),
                    object.modifiedAt().toEpochMilli(),
                    pit.toString(),
                    Layout.isInventoryPart(object.key())));
  }
}
