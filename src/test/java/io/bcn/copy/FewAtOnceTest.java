package io.bcn.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FewAtOnceTest {

  /** As Spark ends a task that it kills; a store's client may not heed it at once. */
  @Test
  void whoWasInterruptedHasNoThreadLeftThatWorks() {
    AtomicBoolean working = new AtomicBoolean();
    Thread caller = Thread.currentThread();

    assertThatThrownBy(
            () ->
                FewAtOnce.forEach(
                    1,
                    List.of("item").iterator(),
                    item -> {
                      working.set(true);
                      caller.interrupt();
                      workOn(System.nanoTime() + 500_000_000L);
                      working.set(false);
                      return item;
                    },
                    done -> {}))
        .isInstanceOf(IllegalStateException.class);

    assertThat(working).isFalse();
    assertThat(Thread.interrupted()).as("the caller still knows").isTrue();
  }

  private static void workOn(long untilNanos) {
    while (System.nanoTime() < untilNanos) {
      Thread.onSpinWait();
    }
  }
}
