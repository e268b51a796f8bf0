package io.bcn.it;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** The one Spark session of the test JVM; it starts in seconds, so nobody starts another. */
public final class SharedSpark {
  private static SparkSession session;

  private SharedSpark() {}

  public static synchronized SparkSession session() {
    if (session == null) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("bcn-tests")
              .config("spark.ui.enabled", "false")
              .config("spark.serializer", "org.apache.spark.serializer.JavaSerializer")
              // As the command line starts a local session.
              .config("spark.sql.adaptive.enabled", "false")
              .config("spark.sql.codegen.wholeStage", "false")
              .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
              .config("spark.sql.shuffle.partitions", "2")
              // Few rows: what a task costs is its start.
              .config("spark.default.parallelism", "1")
              .config("spark.sql.ui.explainMode", "simple")
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config(
                  "spark.sql.extensions",
                  "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
              .getOrCreate();
      session.sparkContext().setLogLevel("ERROR");
      // Else Spark walks the stack, which is deep in a test, for each RDD's place in the user
      // interface.
      session.sparkContext().setLocalProperty("callSite.short", "test");
      session.sparkContext().setLocalProperty("callSite.long", "test");
    }
    return session;
  }

  /** Spark's configuration as the command line hands it on, with what tests set at run time. */
  public static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    scala.collection.Iterator<scala.Tuple2<String, String>> all =
        session().conf().getAll().iterator();
    while (all.hasNext()) {
      scala.Tuple2<String, String> entry = all.next();
      settings.put(entry._1(), entry._2());
    }
    return settings;
  }
}
