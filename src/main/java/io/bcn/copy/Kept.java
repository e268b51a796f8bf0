package io.bcn.copy;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.storage.StorageLevel;

/**
 * What a run keeps on the executors between its steps; given back when the run ends, since a
 * notebook lives on.
 */
public final class Kept implements AutoCloseable {
  private final Deque<Runnable> givenBack = new ArrayDeque<>();

  public <T> Dataset<T> keep(Dataset<T> dataset) {
    Dataset<T> kept = dataset.persist(StorageLevel.MEMORY_AND_DISK());
    givenBack.push(kept::unpersist);
    return kept;
  }

  public <T> JavaRDD<T> keep(JavaRDD<T> rows) {
    JavaRDD<T> kept = rows.persist(StorageLevel.MEMORY_AND_DISK_SER());
    givenBack.push(kept::unpersist);
    return kept;
  }

  /** The last one first: Spark plans anew what is still kept and was made of what goes. */
  @Override
  public void close() {
    givenBack.forEach(Runnable::run);
  }
}
