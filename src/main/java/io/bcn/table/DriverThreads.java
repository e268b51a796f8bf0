package io.bcn.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A bounded number of threads on the driver, for many small waits on a catalog. */
public final class DriverThreads implements AutoCloseable {
  private final ExecutorService pool;

  public DriverThreads(int threads) {
    AtomicInteger count = new AtomicInteger();
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "bcn-catalog-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The results in the order of the inputs. The first failure is thrown as it is, and the rest is
   * cancelled.
   */
  public <A, B> List<B> map(Collection<A> inputs, Function<A, B> work) {
    List<Future<B>> started =
        inputs.stream().map(input -> pool.submit(() -> work.apply(input))).toList();
    try {
      List<B> results = new ArrayList<>(started.size());
      for (Future<B> future : started) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException failed) {
      started.forEach(future -> future.cancel(true));
      if (failed.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopped) {
      started.forEach(future -> future.cancel(true));
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while reading the catalog");
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
