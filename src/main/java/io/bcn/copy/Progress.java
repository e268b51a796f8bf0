package io.bcn.copy;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Says what goes on: one line when a step begins, and while bytes move one status line every few
 * seconds.
 *
 * <p>It also names Spark's jobs, so that the Spark UI tells the same story.
 */
public final class Progress {
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final SparkSession spark;
  private final Consumer<String> lines;

  public Progress(SparkSession spark, Consumer<String> lines) {
    this.spark = spark;
    this.lines = lines;
  }

  /** Begins a step; the Spark jobs that follow carry its text. */
  public void step(String what) {
    spark.sparkContext().setJobDescription("bcn: " + what);
    lines.accept(what);
  }

  /** Begins a step that moves bytes. To be closed when it ends. */
  public Moving moving(String what, Amounts amounts) {
    return moving(what, amounts.files(), amounts.bytes());
  }

  /** The same where nothing but the sums was counted. */
  public Moving moving(String what, long files, long bytes) {
    step("%s: %,d files, %s".formatted(what, files, size(bytes)));
    return new Moving(what, files, bytes);
  }

  /** A size for people: {@code 1.2 GiB}. */
  public static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return "%.1f %s".formatted(value, units[unit]);
  }

  /** A step under way; executors add to its counters. */
  public final class Moving implements AutoCloseable {
    private final String what;
    private final long files;
    private final long bytes;
    private final long startNanos = System.nanoTime();
    private final LongAccumulator filesDone = spark.sparkContext().longAccumulator();
    private final LongAccumulator bytesDone = spark.sparkContext().longAccumulator();
    private final ScheduledExecutorService ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "bcn-progress");
              thread.setDaemon(true);
              return thread;
            });

    private Moving(String what, long files, long bytes) {
      this.what = what;
      this.files = files;
      this.bytes = bytes;
      long every = EVERY.toMillis();
      var unused =
          ticker.scheduleAtFixedRate(
              () -> lines.accept(status()), every, every, TimeUnit.MILLISECONDS);
    }

    public LongAccumulator filesDone() {
      return filesDone;
    }

    public LongAccumulator bytesDone() {
      return bytesDone;
    }

    private String status() {
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      long done = bytesDone.value();
      double perSecond = done / seconds;
      String percent = bytes == 0 ? "" : "%3d%%  ".formatted(Math.min(100, 100 * done / bytes));
      String left =
          done == 0 || bytes <= done
              ? ""
              : "  about %d s left".formatted(Math.round((bytes - done) / perSecond));
      return "%s%s  %,d/%,d files  %s of %s  %s/s%s"
          .formatted(
              percent,
              what,
              filesDone.value(),
              files,
              size(done),
              size(bytes),
              size((long) perSecond),
              left);
    }

    @Override
    public void close() {
      ticker.shutdownNow();
    }
  }
}
