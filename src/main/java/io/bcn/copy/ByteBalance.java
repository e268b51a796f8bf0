package io.bcn.copy;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import scala.Tuple2;

/**
 * Cuts a dataset of {@link FileRow}s into tasks of about equal work.
 *
 * <p>Work is bytes plus a constant per file. Files of one table stay together, so that a task
 * touches few tables. Only one number per partition reaches the driver, however many files there
 * are.
 */
public final class ByteBalance {
  /** What opening and closing a file costs, as if it were so many bytes more. */
  private static final long BYTES_PER_FILE = 512L << 10;

  private static final long SMALLEST_TASK = 32L << 20;

  /** Small enough that progress shows and a lost task is no loss. */
  private static final long LARGEST_TASK = 256L << 20;

  /** What a Spark driver handles with ease; above it, tasks grow. */
  private static final int MOST_TASKS = 20_000;

  private static final int TASKS_PER_CORE = 3;

  private ByteBalance() {}

  /** The rows in balanced partitions. Few of them are one task: that needs no balance. */
  public static JavaRDD<FileRow> balance(Dataset<Row> files, Amounts amounts, Kept kept) {
    if (amounts.bytes() + amounts.files() * BYTES_PER_FILE <= SMALLEST_TASK) {
      return files.coalesce(1).toJavaRDD().map(FileRow::of);
    }
    return balance(files, kept);
  }

  private static JavaRDD<FileRow> balance(Dataset<Row> files, Kept kept) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(files.sparkSession().sparkContext());
    int slices = Math.max(1, spark.defaultParallelism()) * TASKS_PER_CORE;
    JavaRDD<FileRow> sorted =
        kept.keep(
            files
                .repartitionByRange(
                    slices, functions.col(FileRow.TABLE), functions.col(FileRow.LOCATION))
                .toJavaRDD()
                .map(FileRow::of));
    List<Long> workBySlice = sorted.mapPartitions(rows -> List.of(work(rows)).iterator()).collect();
    long total = workBySlice.stream().mapToLong(Long::longValue).sum();
    long even = Math.min(LARGEST_TASK, Math.max(SMALLEST_TASK, total / slices));
    long perTask = Math.max(even, total / MOST_TASKS);
    int tasks = Math.toIntExact(Math.max(1, (total + perTask - 1) / perTask));
    long[] before = startsOf(workBySlice);
    JavaPairRDD<Integer, FileRow> byTask =
        JavaPairRDD.fromJavaRDD(
            sorted.mapPartitionsWithIndex(
                (slice, rows) -> new TaskNumbers(rows, before[slice], perTask), true));
    return byTask.partitionBy(new ByTask(tasks)).values();
  }

  private static long work(Iterator<FileRow> rows) {
    long work = 0;
    while (rows.hasNext()) {
      work += work(rows.next());
    }
    return work;
  }

  private static long work(FileRow row) {
    if (row.vouched()) {
      return 0;
    }
    return Math.max(0, row.lengthBytes()) + BYTES_PER_FILE;
  }

  private static long[] startsOf(List<Long> workBySlice) {
    long[] starts = new long[workBySlice.size()];
    for (int slice = 1; slice < starts.length; slice++) {
      starts[slice] = starts[slice - 1] + workBySlice.get(slice - 1);
    }
    return starts;
  }

  /**
   * Numbers a slice's rows by the task that they fall into, going on where the slices before it
   * ended.
   */
  private static final class TaskNumbers implements Iterator<Tuple2<Integer, FileRow>> {
    private final Iterator<FileRow> rows;
    private final long perTask;
    private long workBefore;

    TaskNumbers(Iterator<FileRow> rows, long workBefore, long perTask) {
      this.rows = rows;
      this.workBefore = workBefore;
      this.perTask = perTask;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Tuple2<Integer, FileRow> next() {
      FileRow row = rows.next();
      int task = Math.toIntExact(workBefore / perTask);
      workBefore += work(row);
      return new Tuple2<>(task, row);
    }
  }

  private static final class ByTask extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int tasks;

    ByTask(int tasks) {
      this.tasks = tasks;
    }

    @Override
    public int numPartitions() {
      return tasks;
    }

    @Override
    public int getPartition(Object task) {
      return Math.min((Integer) task, tasks - 1);
    }
  }
}
