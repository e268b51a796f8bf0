package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.InventoryRef;
import io.bcn.format.ObjectRef;
import io.bcn.format.StoredFile;
import io.bcn.format.TableState;
import io.bcn.storage.Storage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What states draw on, as a dataset: the file-level half of a repository never reaches the driver.
 *
 * <p>The one class of this package that uses Spark, since backup, restore, verify and retention all
 * read inventories.
 */
public final class InventoryRows {
  public static final String TABLE = "stored_table";
  public static final String LOCATION = "stored_location";
  public static final String KIND = "stored_kind";
  public static final String LENGTH = "stored_length_bytes";
  public static final String KEY = "stored_key";
  public static final String SHA256 = "stored_sha256";

  /** Grows with time: of two rows for a location the one with the higher order counts. */
  public static final String ORDER = "stored_order";

  private static final int TASKS_PER_CORE = 4;

  private static final StructType SCHEMA =
      new StructType(
          List.of(
                  DataTypes.createStructField(TABLE, DataTypes.IntegerType, false),
                  DataTypes.createStructField(LOCATION, DataTypes.StringType, false),
                  DataTypes.createStructField(KIND, DataTypes.StringType, false),
                  DataTypes.createStructField(LENGTH, DataTypes.LongType, false),
                  DataTypes.createStructField(KEY, DataTypes.StringType, false),
                  DataTypes.createStructField(SHA256, DataTypes.StringType, false),
                  DataTypes.createStructField(ORDER, DataTypes.IntegerType, false))
              .toArray(StructField[]::new));

  private InventoryRows() {}

  /** A table's state, and the number that its rows carry in {@link #TABLE}. */
  public record OfTable(int table, ObjectRef state) implements Serializable {}

  /** One row of the dataset. */
  public static Row row(int table, StoredFile file, int order) {
    return RowFactory.create(
        table,
        file.location(),
        file.kind().name(),
        file.lengthBytes(),
        file.key().value(),
        file.sha256(),
        order);
  }

  public static Dataset<Row> dataset(SparkSession spark, JavaRDD<Row> rows) {
    return spark.createDataset(rows.rdd(), Encoders.row(SCHEMA));
  }

  /**
   * All rows of all inventories that the states draw on; read, and checked by digest, on executors.
   */
  public static Dataset<Row> of(SparkSession spark, Storage storage, List<OfTable> states) {
    return of(spark, storage, states, Damaged.FAILS);
  }

  /** The same without what is damaged, for who takes what there is. */
  public static Dataset<Row> readable(SparkSession spark, Storage storage, List<OfTable> states) {
    return of(spark, storage, states, Damaged.LEFT_OUT);
  }

  /** What becomes of a document that can't be read. */
  private enum Damaged {
    FAILS,
    LEFT_OUT;

    <T> List<T> orNothing(Supplier<List<T>> read) {
      try {
        return read.get();
      } catch (BcnException e) {
        if (this == FAILS || e.code() != ErrorCode.DAMAGED) {
          throw e;
        }
        return List.of();
      }
    }
  }

  private static Dataset<Row> of(
      SparkSession spark, Storage storage, List<OfTable> states, Damaged damaged) {
    JavaSparkContext executors = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int most = executors.defaultParallelism() * TASKS_PER_CORE;
    JavaRDD<Row> rows =
        executors
            .parallelize(states, Math.max(1, Math.min(most, states.size())))
            .flatMap(state -> damaged.orNothing(() -> parts(storage, state)).iterator())
            .repartition(most)
            .flatMap(part -> damaged.orNothing(() -> part.rows(storage)).iterator());
    return dataset(spark, rows);
  }

  /**
   * One row for each location of a table. It may have been stored more than once, when its owner
   * wrote other bytes over it: the newest row counts.
   */
  public static Dataset<Row> newest(Dataset<Row> rows) {
    Column newest =
        functions.max(
            functions.struct(
                functions.col(ORDER),
                functions.col(KEY),
                functions.col(SHA256),
                functions.col(LENGTH)));
    return rows.groupBy(TABLE, LOCATION)
        .agg(newest.as("newest"))
        .select(TABLE, LOCATION, "newest.*");
  }

  private record Part(int table, InventoryRef ref, int order) implements Serializable {
    List<Row> rows(Storage storage) {
      List<Row> rows = new ArrayList<>();
      InventoryReader.read(storage, ref, file -> rows.add(row(table, file, order)));
      return rows;
    }
  }

  private static List<Part> parts(Storage storage, OfTable of) {
    TableState state = Repository.state(storage, of.state());
    List<Part> parts = new ArrayList<>();
    for (InventoryRef ref : state.inventories()) {
      parts.add(new Part(of.table(), ref, parts.size()));
    }
    return parts;
  }
}
