package io.bcn.it;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One reader and one writer of a table, each in a thread, until closed. The n-th write adds a row
 * of id n.
 */
final class Traffic implements AutoCloseable {
  private final Lake lake;
  private final String table;
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicLong longestMillis = new AtomicLong();
  private final CountDownLatch some = new CountDownLatch(2);
  private final Thread writer = new Thread(this::write, "writer");
  private final Thread reader = new Thread(this::read, "reader");
  private volatile boolean ended;
  private volatile Instant countedFrom = Instant.MAX;
  private volatile Instant countedTo = Instant.MAX;

  private Traffic(Lake lake, String table) {
    this.lake = lake;
    this.table = table;
  }

  static Traffic on(Lake lake, String table) {
    Traffic traffic = new Traffic(lake, table);
    traffic.writer.start();
    traffic.reader.start();
    return traffic;
  }

  private void write() {
    for (int id = 1; !ended; id++) {
      String insert = "INSERT INTO @.%s VALUES (%d)".formatted(table, id);
      timed(() -> lake.sql(insert), writes);
    }
  }

  private void read() {
    while (!ended) {
      timed(() -> lake.query("SELECT count(*), sum(id) FROM @." + table).collectAsList(), reads);
    }
  }

  private void timed(Runnable work, AtomicInteger counter) {
    Instant begin = Instant.now();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      failures.add(e);
      ended = true;
    }
    Instant end = Instant.now();
    some.countDown();
    if (end.isAfter(countedFrom) && end.isBefore(countedTo)) {
      counter.incrementAndGet();
      longestMillis.accumulateAndGet(Duration.between(begin, end).toMillis(), Math::max);
    }
  }

  /** Waits until reading and writing are under way. */
  void awaitSome() throws InterruptedException {
    if (!some.await(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("no read or write in two minutes: " + failures);
    }
  }

  void countFromNow() {
    countedFrom = Instant.now();
  }

  void stopCounting() {
    countedTo = Instant.now();
  }

  Duration counted() {
    return Duration.between(countedFrom, countedTo);
  }

  int writes() {
    return writes.get();
  }

  int reads() {
    return reads.get();
  }

  /** The longest read or write that ended while it was counted. */
  Duration longest() {
    return Duration.ofMillis(longestMillis.get());
  }

  List<Throwable> failures() {
    return failures;
  }

  @Override
  public void close() {
    ended = true;
    try {
      writer.join();
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
