package io.bcn.it;

import java.time.Duration;

/** When in its run a backup is killed. */
sealed interface Moment {

  /** Returns when it has come, or when the process has ended before. */
  void await(ChildJvm backup, Trail trail);

  /** A time after the start of the process. */
  record AfterStart(Duration time) implements Moment {
    @Override
    public void await(ChildJvm backup, Trail trail) {
      long end = System.nanoTime() + time.toNanos();
      while (backup.isAlive() && System.nanoTime() < end) {
        pause();
      }
    }
  }

  /** A time after something has appeared in the repository. */
  record AtMark(Trail.Mark mark, Duration later) implements Moment {
    @Override
    public void await(ChildJvm backup, Trail trail) {
      while (backup.isAlive() && !trail.has(mark)) {
        pause();
      }
      new AfterStart(later).await(backup, trail);
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
