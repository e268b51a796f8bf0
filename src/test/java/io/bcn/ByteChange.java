package io.bcn;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;

/**
 * One change of a file's bytes. It fits files of any length, so that several can follow each other
 * and each of them can shrink alone.
 *
 * @param at the first byte that changes, counted on from the beginning where the file is shorter
 * @param length of the range, cut where the file ends
 */
public record ByteChange(Kind kind, int at, int length, byte value) {
  /** From the one that says most about a failure to the one that says least. */
  public enum Kind {
    SET,
    FLIP,
    SWAP,
    FILL,
    REMOVE,
    REPEAT
  }

  private static final int SHORT_BYTES = 8;

  /** Any change of one of these bytes, or of a range, short or long, that begins there. */
  public static Arbitrary<ByteChange> between(int first, int last) {
    Arbitrary<Integer> lengths =
        Arbitraries.oneOf(
            Arbitraries.integers().between(1, SHORT_BYTES),
            Arbitraries.integers()
                .between(1, Math.max(1, last))
                .withDistribution(RandomDistribution.uniform()));
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers()
                .between(first, last)
                .withDistribution(RandomDistribution.uniform()),
            lengths,
            Arbitraries.oneOf(
                Arbitraries.of((byte) 0, (byte) 0x7f, (byte) 0x80, (byte) 0xff),
                Arbitraries.bytes().withDistribution(RandomDistribution.uniform())))
        .as(ByteChange::new);
  }

  /** A copy with all changes, one after the other. */
  public static byte[] all(List<ByteChange> changes, byte[] bytes) {
    byte[] changed = bytes.clone();
    for (ByteChange change : changes) {
      changed = changed.length == 0 ? changed : change.of(changed);
    }
    return changed;
  }

  private byte[] of(byte[] bytes) {
    int from = at % bytes.length;
    int to = Math.min(bytes.length, from + length);
    byte[] copy = bytes.clone();
    switch (kind) {
      case SET -> copy[from] = value;
      case FLIP -> copy[from] ^= (byte) (1 << (value & 7));
      case SWAP -> {
        copy[from] = bytes[to - 1];
        copy[to - 1] = bytes[from];
      }
      case FILL -> Arrays.fill(copy, from, to, value);
      case REMOVE -> {
        return joined(bytes, from, to);
      }
      case REPEAT -> {
        return joined(bytes, to, from);
      }
    }
    return copy;
  }

  /** All before one place, and all from another one on. */
  private static byte[] joined(byte[] bytes, int before, int from) {
    byte[] both = Arrays.copyOf(bytes, before + bytes.length - from);
    System.arraycopy(bytes, from, both, before, bytes.length - from);
    return both;
  }
}
