package io.bcn.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.bcn.ByteChange;
import io.bcn.Fuzz;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.format.ObjectKey;
import io.bcn.format.StoredFile;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.Storage;
import io.bcn.table.ForgedParquet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * Parts of inventories that were tampered with: each is read, or refused in one line; whatever it
 * claims, it costs little time and memory.
 */
class FuzzedInventoryTest {
  private static final String LOCATION = "s3://backup/repo/part";

  /** How long one part may take, whatever else the machine does. */
  private static final Duration SOON = Duration.ofMinutes(1);

  private static final String DIGEST = "0".repeat(64);
  private static final List<StoredFile> ROWS =
      IntStream.range(0, 40)
          .mapToObj(i -> file("s3://lake/db/t/data/%05d.parquet".formatted(i), "objects/" + i % 7))
          .toList();
  private static final byte[] WHOLE = part(ROWS);

  private static StoredFile file(String location, String key) {
    return new StoredFile(location, ObjectKey.of(key), FileKind.DATA, 17, DIGEST);
  }

  private static byte[] part(List<StoredFile> files) {
    Storage storage = new MemoryStorage();
    ObjectKey key = ObjectKey.of("part");
    try {
      InventoryWriter.write(storage, key, files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return storage.read(key).orElseThrow();
  }

  @Fuzz(sample = 200, full = 10_000)
  void bytesMayBeSetFlippedSwappedFilledRemovedAndRepeated(
      @ForAll("changes") List<ByteChange> changes) {
    byte[] bytes = ByteChange.all(changes, WHOLE);
    refused(bytes, "changed");
  }

  /** The footer is where a byte changes most. */
  @Provide
  Arbitrary<List<ByteChange>> changes() {
    int last = WHOLE.length - 1;
    return Arbitraries.oneOf(
        ByteChange.between(0, last).list().ofMinSize(1).ofMaxSize(3),
        ByteChange.between(last - footerBytes(), last).list().ofMinSize(1).ofMaxSize(3));
  }

  @Test
  void everyByteOfTheFooterAndOfThePagesHeadersMayBeAnything() {
    int step = Boolean.getBoolean("bcn.full") ? 1 : 47;
    int refused = 0;
    for (int at = 0; at < WHOLE.length; at += step) {
      for (int value : new int[] {0x00, 0x7f, 0x80, 0xff}) {
        byte[] bytes = WHOLE.clone();
        bytes[at] = (byte) value;
        refused += refused(bytes, "byte %d = %d".formatted(at, value));
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void aPartThatIsCutAnywhereIsRefused() {
    for (int length = 0; length < WHOLE.length; length += 9) {
      assertThat(refused(Arrays.copyOf(WHOLE, length), "cut to " + length)).isOne();
    }
  }

  @Test
  void aPartThatClaimsBillionsOfRowsIsRefusedBeforeTheyAreRead() {
    // The footer has the number of rows as a varint: 40 is one byte, 0x50 in zigzag, after 0x16.
    int claims = 0;
    byte[] longer = {0x16, (byte) 0x80, (byte) 0x90, (byte) 0xdf, (byte) 0xc0, 0x4a};
    int from = WHOLE.length - 8 - footerBytes();
    for (int at = from; at < WHOLE.length - 9; at++) {
      if (WHOLE[at] != 0x16 || WHOLE[at + 1] != 0x50) {
        continue;
      }
      byte[] claiming = new byte[WHOLE.length + 4];
      System.arraycopy(WHOLE, 0, claiming, 0, at);
      System.arraycopy(longer, 0, claiming, at, longer.length);
      System.arraycopy(WHOLE, at + 2, claiming, at + 6, WHOLE.length - at - 2);
      ByteBuffer.wrap(claiming)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(claiming.length - 8, footerBytes() + 4);
      claims += refused(claiming, "rows at " + at);
    }
    assertThat(claims).isPositive();
  }

  @Test
  void aSmallPartThatAsksForAllMemoryIsRefused() throws IOException {
    assertRefusedWith(
        ForgedParquet.withFirstPage(WHOLE, page -> page.setUncompressed_page_size(2_000_000_000)),
        "a page says that it has 2,000,000,000 bytes, and none has more than 67,108,864");
    byte[] longer =
        ForgedParquet.withFirstColumn(
            WHOLE, column -> column.setTotal_compressed_size(20_000_000_000L));
    assertRefusedWith(
        longer,
        "a column says that it has 20,000,000,000 bytes, and the file has %,d"
            .formatted(longer.length));
  }

  @Test
  void aSmallPartThatGivesMoreRowsThanAnyWriterWritesIsRefused() {
    byte[] many = part(Collections.nCopies(1_000_001, ROWS.get(0)));
    assertThat(many).hasSizeLessThan(100_000);

    assertRefusedWith(
        many, "it says that it has 1,000,001 rows, and no part has more than 1,000,000");
  }

  @Test
  void aSmallPartThatSaysALongTextAMillionTimesIsRefused() {
    byte[] bomb =
        part(Collections.nCopies(600, file("s3://" + "x".repeat(1_000_000), "objects/1")));
    assertThat(bomb).hasSizeLessThan(2_000_000);

    assertRefusedWith(bomb, "its rows have more than 536,870,912 characters");
  }

  private static void assertRefusedWith(byte[] bytes, String reason) {
    assertThatThrownBy(() -> InventoryReader.parse(bytes, LOCATION, file -> {}))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
        .hasMessage("Cannot read '%s': it is no inventory: %s", LOCATION, reason);
  }

  private static int footerBytes() {
    return ByteBuffer.wrap(WHOLE).order(ByteOrder.LITTLE_ENDIAN).getInt(WHOLE.length - 8);
  }

  private static int refused(byte[] bytes, String what) {
    try {
      assertTimeout(SOON, () -> InventoryReader.parse(bytes, LOCATION, file -> {}), what);
      return 0;
    } catch (BcnException e) {
      assertThat(e.code()).as(what).isEqualTo(ErrorCode.DAMAGED);
      assertThat(e.getMessage()).as(what).hasLineCount(1).hasSizeLessThan(1_500);
      return 1;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + ": " + e, e);
    }
  }
}
