package io.bcn.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinReader;

/**
 * Opens Puffin files whose footer can be as long as it says: Iceberg's reader reserves memory for
 * whatever the last bytes of a damaged file seem to say.
 *
 * <p><i>Source</i>: Iceberg's Puffin spec, "Footer structure": magic, payload, payload's size,
 * flags, magic.
 */
final class PuffinFooter {
  private static final int AFTER_PAYLOAD_BYTES = 12;
  private static final int BEFORE_PAYLOAD_BYTES = 4;
  private static final int MAGIC = 0x31414650; // "PFA1" as a little-endian number

  private PuffinFooter() {}

  /** <i>Fails</i> with an {@link IOException} that says why the file cannot be Puffin. */
  static PuffinReader open(InputFile in) throws IOException {
    long length = in.getLength();
    if (length < BEFORE_PAYLOAD_BYTES + AFTER_PAYLOAD_BYTES) {
      throw new IOException("it is too short for a Puffin file: " + length + " bytes");
    }
    ByteBuffer end = lastBytes(in, length).order(ByteOrder.LITTLE_ENDIAN);
    long payloadBytes = end.getInt(0);
    long footerBytes = payloadBytes + BEFORE_PAYLOAD_BYTES + AFTER_PAYLOAD_BYTES;
    if (end.getInt(2 * Integer.BYTES) != MAGIC || payloadBytes < 0 || footerBytes > length) {
      throw new IOException("it does not end like a Puffin file");
    }
    return Puffin.read(in).withFileSize(length).withFooterSize(footerBytes).build();
  }

  private static ByteBuffer lastBytes(InputFile in, long length) throws IOException {
    byte[] bytes = new byte[AFTER_PAYLOAD_BYTES];
    try (SeekableInputStream stream = in.newStream()) {
      stream.seek(length - AFTER_PAYLOAD_BYTES);
      IOUtil.readFully(stream, bytes, 0, AFTER_PAYLOAD_BYTES);
    }
    return ByteBuffer.wrap(bytes);
  }
}
