package io.bcn.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.format.ObjectKey;
import io.bcn.format.StoredFile;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Parts of inventories that were tampered with: each is read, or refused in one line; whatever it
 * claims, it costs little time and memory.
 */
@Timeout(1200)
class FuzzedInventoryTest {
  private static final String LOCATION = "s3://backup/repo/part";
  private static final int TIMES = Boolean.getBoolean("bcn.full") ? 10_000 : 200;
  private static final long SEED = Long.getLong("bcn.seed", System.nanoTime());
  private static final String DIGEST = "0".repeat(64);
  private static byte[] whole;
  private static List<StoredFile> rows;

  @BeforeAll
  static void writeAPart() throws IOException {
    rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(file("s3://lake/db/t/data/%05d.parquet".formatted(i), "objects/" + i % 7));
    }
    whole = part(rows);
  }

  private static StoredFile file(String location, String key) {
    return new StoredFile(location, ObjectKey.of(key), FileKind.DATA, 17, DIGEST);
  }

  private static byte[] part(List<StoredFile> files) throws IOException {
    Storage storage = new MemoryStorage();
    ObjectKey key = ObjectKey.of("part");
    InventoryWriter.write(storage, key, files);
    return storage.read(key).orElseThrow();
  }

  @Test
  void bytesMayBeCutFlippedAndSwapped() {
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < TIMES; i++) {
      byte[] bytes = whole.clone();
      // The footer is where a byte changes most.
      int from = random.nextBoolean() ? bytes.length - footerBytes() : 0;
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = from + random.nextInt(bytes.length - from);
        switch (random.nextInt(3)) {
          case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
          case 1 -> bytes[at] = (byte) random.nextInt(256);
          default -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 5), (byte) 0xff);
        }
      }
      refused += refused(bytes, "-Dbcn.seed=%d, the %dth".formatted(SEED, i));
    }
    assertThat(refused).isPositive();
    say("%,d of %,d changed parts were refused, -Dbcn.seed=%d".formatted(refused, TIMES, SEED));
  }

  @Test
  void everyByteOfTheFooterAndOfThePagesHeadersMayBeAnything() {
    int step = Boolean.getBoolean("bcn.full") ? 1 : 47;
    for (int at = 0; at < whole.length; at += step) {
      for (int value : new int[] {0x00, 0x7f, 0x80, 0xff}) {
        byte[] bytes = whole.clone();
        bytes[at] = (byte) value;
        refused(bytes, "byte %d = %d".formatted(at, value));
      }
    }
  }

  @Test
  void aPartThatIsCutAnywhereIsRefused() {
    for (int length = 0; length < whole.length; length += 9) {
      assertThat(refused(Arrays.copyOf(whole, length), "cut to " + length)).isOne();
    }
  }

  @Test
  void aPartThatClaimsBillionsOfRowsIsRefusedBeforeTheyAreRead() throws IOException {
    // The footer has the number of rows as a varint: 40 is one byte, 0x50 in zigzag, after 0x16.
    int claims = 0;
    byte[] longer = {0x16, (byte) 0x80, (byte) 0x90, (byte) 0xdf, (byte) 0xc0, 0x4a};
    int from = whole.length - 8 - footerBytes();
    for (int at = from; at < whole.length - 9; at++) {
      if (whole[at] != 0x16 || whole[at + 1] != 0x50) {
        continue;
      }
      byte[] claiming = new byte[whole.length + 4];
      System.arraycopy(whole, 0, claiming, 0, at);
      System.arraycopy(longer, 0, claiming, at, longer.length);
      System.arraycopy(whole, at + 2, claiming, at + 6, whole.length - at - 2);
      ByteBuffer.wrap(claiming)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(claiming.length - 8, footerBytes() + 4);
      claims += refused(claiming, "rows at " + at);
    }
    assertThat(claims).isPositive();
  }

  @Test
  void aSmallPartThatGivesMoreRowsThanAnyWriterWritesIsRefused() throws IOException {
    byte[] many = part(Collections.nCopies(1_000_001, rows.get(0)));
    assertThat(many).hasSizeLessThan(100_000);

    assertRefusedWith(
        many, "it says that it has 1,000,001 rows, and no part has more than 1,000,000");
  }

  @Test
  void aSmallPartThatSaysALongTextAMillionTimesIsRefused() throws IOException {
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
    return ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(whole.length - 8);
  }

  private static int refused(byte[] bytes, String what) {
    try {
      InventoryReader.parse(bytes, LOCATION, file -> {});
      return 0;
    } catch (BcnException e) {
      assertThat(e.code()).as(what).isEqualTo(ErrorCode.DAMAGED);
      assertThat(e.getMessage()).as(what).hasLineCount(1).hasSizeLessThan(1_500);
      return 1;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + ": " + e, e);
    }
  }

  private static void say(String text) {
    System.out.println("FuzzedInventoryTest: " + text);
  }
}
