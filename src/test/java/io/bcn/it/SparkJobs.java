package io.bcn.it;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** Counts the Spark jobs that are started until it is closed. */
final class SparkJobs extends SparkListener implements AutoCloseable {
  private final AtomicInteger started = new AtomicInteger();

  SparkJobs() {
    SharedSpark.session().sparkContext().addSparkListener(this);
  }

  @Override
  public void onJobStart(SparkListenerJobStart job) {
    started.incrementAndGet();
  }

  /** How many there were so far. */
  int count() throws Exception {
    SharedSpark.session().sparkContext().listenerBus().waitUntilEmpty();
    return started.get();
  }

  @Override
  public void close() {
    SharedSpark.session().sparkContext().removeSparkListener(this);
  }
}
