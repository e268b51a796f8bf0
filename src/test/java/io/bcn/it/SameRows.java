package io.bcn.it;

import com.holdenkarau.spark.testing.JavaDataFrameSuiteBase;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Compares two DataFrames, schema and rows in any order, on the executors: spark-testing-base, held
 * by this one class since its methods differ between Spark's lines. Its suite would start a session
 * of its own; only its comparison is used.
 */
final class SameRows {
  private static final JavaDataFrameSuiteBase COMPARISON = new JavaDataFrameSuiteBase();

  private SameRows() {}

  static void assertSame(Dataset<Row> actual, Dataset<Row> expected) {
    COMPARISON.assertDataFrameNoOrderEquals(expected, actual);
  }
}
