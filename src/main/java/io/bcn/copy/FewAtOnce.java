package io.bcn.copy;

import java.util.Iterator;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs a function over many items with a few threads, within one task: small files cost latency,
 * not bandwidth.
 *
 * <p>At most twice the threads' number of items is under way, so memory does not grow with the
 * items.
 */
public final class FewAtOnce {
  private static final long LONGEST_END_SECONDS = 30;

  private FewAtOnce() {}

  /** Gives every result to the consumer, on the calling thread, in the order of completion. */
  public static <T, R> void forEach(
      int threads, Iterator<T> items, Function<T, R> function, Consumer<R> results) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CompletionService<R> running = new ExecutorCompletionService<>(pool);
      int underWay = 0;
      while (items.hasNext() || underWay > 0) {
        if (items.hasNext() && underWay < 2 * threads) {
          T item = items.next();
          running.submit(() -> function.apply(item));
          underWay++;
        } else {
          results.accept(running.take().get());
          underWay--;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while files were being copied", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
      awaitEnd(pool);
    }
  }

  /**
   * So that no thread of a task that has ended still writes, also of one that was interrupted; a
   * store that hangs is left behind.
   */
  private static void awaitEnd(ExecutorService pool) {
    boolean interrupted = Thread.interrupted();
    try {
      var unused = pool.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException again) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
