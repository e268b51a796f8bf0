package io.bcn.verify;

import io.bcn.copy.FileRow;
import io.bcn.errors.BcnException;
import io.bcn.format.ObjectKey;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
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
 * Objects that a look of their own is due to: those that a listing of their folder does not have
 * with the recorded length. One request lists many objects, where one would ask for each.
 *
 * <p>A listing only clears an object, and never condemns one: who is not in it is asked for. A
 * folder that can't be listed clears nobody.
 */
final class Suspects {
  private static final String FOLDER = "folder";
  private static final String KEY = "listed_key";
  private static final String LENGTH = "listed_length_bytes";
  private static final String WITHIN = "/objects/";

  private static final StructType SCHEMA =
      new StructType(
          List.of(
                  DataTypes.createStructField(KEY, DataTypes.StringType, false),
                  DataTypes.createStructField(LENGTH, DataTypes.LongType, false))
              .toArray(StructField[]::new));

  private Suspects() {}

  static Dataset<Row> among(Dataset<Row> objects, Storage storage) {
    SparkSession spark = objects.sparkSession();
    JavaSparkContext executors = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Row> listed =
        objects
            .select(functions.substring_index(functions.col(FileRow.KEY), WITHIN, 1).as(FOLDER))
            .distinct()
            .as(Encoders.STRING())
            .javaRDD()
            .repartition(executors.defaultParallelism() * 4)
            .flatMap(folder -> listed(storage, folder));
    Dataset<Row> there = spark.createDataset(listed.rdd(), Encoders.row(SCHEMA));
    Column sameLength =
        functions
            .col(FileRow.KEY)
            .equalTo(functions.col(KEY))
            .and(functions.col(FileRow.LENGTH).equalTo(functions.col(LENGTH)));
    return objects.join(there, sameLength, "left_anti");
  }

  private static Iterator<Row> listed(Storage storage, String folder) {
    try (Stream<ObjectStat> objects = storage.list(new ObjectKey(folder))) {
      return objects
          .map(object -> RowFactory.create(object.key().value(), object.lengthBytes()))
          .toList()
          .iterator();
    } catch (BcnException e) {
      return List.<Row>of().iterator();
    }
  }
}
