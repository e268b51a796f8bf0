package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.io.InputStream;

/** The limit of what is read as a whole, for every store. */
final class WholeObject {
  private WholeObject() {}

  /** <i>Fails</i> with DAMAGED above the limit. */
  static void checkLength(String location, long lengthBytes) {
    if (lengthBytes > Storage.LONGEST_WHOLE_BYTES) {
      throw new BcnException(
          ErrorCode.DAMAGED,
          "Cannot read object '%s': it has more than %,d bytes, the most that is read as a whole"
              .formatted(location, Storage.LONGEST_WHOLE_BYTES),
          "Something else lies in a document's place; run 'bcn verify' to see what is damaged.");
    }
  }

  /** All bytes of a stream whose length nobody knows. <i>Fails</i> with DAMAGED above the limit. */
  static byte[] read(String location, InputStream bytes) throws IOException {
    byte[] whole = bytes.readNBytes(Storage.LONGEST_WHOLE_BYTES);
    checkLength(location, (long) whole.length + (bytes.read() < 0 ? 0 : 1));
    return whole;
  }
}
