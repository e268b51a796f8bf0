package io.bcn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.format.ObjectKey;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.FaultyStorage.Operation;
import java.io.IOException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FaultyStorageTest extends StorageContract {
  private static final ObjectKey A = ObjectKey.of("a");
  private static final ObjectKey B = ObjectKey.of("b");
  private static final ObjectKey C = ObjectKey.of("c");

  private final Storage inside = new MemoryStorage();

  @Override
  protected Storage newStorage() {
    return FaultyStorage.counting(new MemoryStorage());
  }

  @Test
  void theMutationBeforeTheFaultTakesEffectAndTheFaultyOneDoesNot() {
    FaultyStorage faulty = FaultyStorage.failingAt(2, Fault.BEFORE_EFFECT, inside);
    faulty.create(A, new byte[1]);
    assertBroken(() -> faulty.replace(B, new byte[1]));

    assertThat(inside.stat(A)).isPresent();
    assertThat(inside.stat(B)).isEmpty();
  }

  @Test
  void aFaultAfterTheEffectLosesTheAnswerOnly() {
    FaultyStorage faulty = FaultyStorage.failingAt(1, Fault.AFTER_EFFECT, inside);
    assertBroken(() -> faulty.create(A, new byte[1]));
    assertBroken(() -> faulty.create(B, new byte[1]));

    assertThat(inside.stat(A)).isPresent();
    assertThat(inside.stat(B)).isEmpty();
  }

  @Test
  void afterTheFaultEverythingFails() {
    FaultyStorage faulty = FaultyStorage.failingAt(1, Fault.BEFORE_EFFECT, inside);
    assertThat(faulty.isDead()).isFalse();
    assertBroken(() -> faulty.delete(A));
    assertThat(faulty.isDead()).isTrue();

    assertBroken(() -> faulty.read(A));
    assertBroken(() -> faulty.stat(A));
    assertBroken(() -> faulty.open(A));
    assertBroken(() -> faulty.list(A));
    assertBroken(() -> faulty.write(A));
  }

  @Test
  void aWriterCountsWhenItCommits() throws IOException {
    FaultyStorage faulty = FaultyStorage.failingAt(1, Fault.BEFORE_EFFECT, inside);
    try (ObjectWriter writer = faulty.write(A)) {
      writer.write(1);
      assertBroken(writer::commit);
    }
    assertThat(inside.stat(A)).isEmpty();
  }

  @Test
  void operationsAreCountedByKind() throws IOException {
    FaultyStorage counting = FaultyStorage.counting(inside);
    counting.create(A, new byte[1]);
    counting.replace(B, new byte[1]);
    try (ObjectWriter writer = counting.write(C)) {
      writer.commit();
    }
    counting.delete(C);
    counting.read(A);
    counting.read(B);
    counting.stat(A);

    assertThat(counting.mutations()).isEqualTo(4);
    assertThat(counting.count(Operation.READ)).isEqualTo(2);
    assertThat(counting.count(Operation.READ, Operation.STAT, Operation.OPEN)).isEqualTo(3);
    assertThat(counting.count(Operation.WRITE)).isEqualTo(1);
  }

  private void assertBroken(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith("Cannot use object '" + inside.root())
        .hasMessageContaining("a test broke the storage at mutation");
  }
}
