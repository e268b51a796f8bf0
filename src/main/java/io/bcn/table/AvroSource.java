package io.bcn.table;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * The bytes of an Avro file on their way to Avro's reader.
 *
 * <p>It remembers its own failure, to tell a store that fails from a file that is damaged; and how
 * the bytes ended, for Avro takes a file that stops in the first bytes of a block for one that is
 * complete.
 */
final class AvroSource extends FilterInputStream {
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private final byte[] tail = new byte[DataFileConstants.SYNC_SIZE];
  private Optional<IOException> failure = Optional.empty();
  private Optional<byte[]> sync = Optional.empty();

  AvroSource(InputStream in) {
    super(in);
  }

  /** To be called once Avro's reader has read the header, and before it reads on. */
  void headerIsRead() throws IOException {
    byte[] bytes = head.toByteArray();
    int magic = DataFileConstants.MAGIC.length;
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, magic, bytes.length - magic, null);
    for (long entries = decoder.readMapStart(); entries > 0; entries = decoder.mapNext()) {
      for (long i = 0; i < entries; i++) {
        decoder.skipString();
        decoder.skipBytes();
      }
    }
    byte[] marker = new byte[DataFileConstants.SYNC_SIZE];
    decoder.readFixed(marker);
    sync = Optional.of(marker);
  }

  /** Whether the bytes so far end with the sync marker, as the header and every block do. */
  boolean endsWithBlock() {
    return sync.isPresent() && Arrays.equals(sync.get(), tail);
  }

  /** Throws what the stream threw, if it did. */
  void rethrowFailure() throws IOException {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int count = super.read(buffer, offset, length);
      remember(buffer, offset, Math.max(count, 0));
      return count;
    } catch (IOException e) {
      throw remembered(e);
    } catch (RuntimeException e) {
      // The clients of object stores throw their own unchecked exceptions.
      throw remembered(new IOException(e.getMessage(), e));
    }
  }

  private void remember(byte[] buffer, int offset, int count) {
    if (sync.isEmpty()) {
      head.write(buffer, offset, count);
    }
    int kept = Math.min(count, tail.length);
    System.arraycopy(tail, kept, tail, 0, tail.length - kept);
    System.arraycopy(buffer, offset + count - kept, tail, tail.length - kept, kept);
  }

  private IOException remembered(IOException e) {
    failure = Optional.of(e);
    return e;
  }
}
