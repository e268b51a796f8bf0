package io.bcn.it;

import java.time.Duration;

/**
 * When in its run a backup is killed.
 *
 * @param mark what has appeared in the repository by then
 * @param later how long after that
 */
record Moment(Trail.Mark mark, Duration later) {
  static Moment of(Trail.Mark mark) {
    return new Moment(mark, Duration.ZERO);
  }

  /** Returns when it has come, or when the process has ended before. */
  void await(ChildJvm backup, Trail trail) {
    while (backup.isAlive() && !trail.has(mark)) {
      pause();
    }
    long end = System.nanoTime() + later.toNanos();
    while (backup.isAlive() && System.nanoTime() < end) {
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(15);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
