package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes an object by one PUT, or, where it is larger than a part, by parts that are uploaded while
 * the next one fills. <i>Fails</i> with a BcnException that names the object.
 */
final class S3Writer extends ObjectWriter {
  private static final int FIRST_BUFFER_BYTES = 64 << 10;

  private final S3Storage storage;
  private final ObjectKey key;
  private final String token = UUID.randomUUID().toString();
  private final int partBytes;
  private Optional<S3Parts> parts = Optional.empty();
  private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
  private int filled;
  private boolean committed;

  S3Writer(S3Storage storage, ObjectKey key) {
    this.storage = storage;
    this.key = key;
    this.partBytes = storage.folder().settings().partBytes();
  }

  @Override
  public void write(int oneByte) {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  @Override
  public void write(byte[] bytes, int offset, int lengthBytes) {
    Objects.checkFromIndexSize(offset, lengthBytes, bytes.length);
    int from = offset;
    int end = offset + lengthBytes;
    while (from < end) {
      if (filled == partLength()) {
        sendPart();
      }
      int count = Math.min(end - from, partLength() - filled);
      makeRoom(count);
      System.arraycopy(bytes, from, buffer, filled, count);
      filled += count;
      from += count;
    }
  }

  private int partLength() {
    return parts.map(begun -> begun.partLength(partBytes)).orElse(partBytes);
  }

  private void makeRoom(int count) {
    if (filled + count > buffer.length) {
      int doubled = (int) Math.min(2L * buffer.length, partLength());
      buffer = Arrays.copyOf(buffer, Math.max(filled + count, doubled));
    }
  }

  private void sendPart() {
    if (parts.isEmpty()) {
      parts = Optional.of(S3Parts.begin(storage.folder(), key, token));
    }
    parts.get().send(buffer, filled);
    buffer = new byte[FIRST_BUFFER_BYTES];
    filled = 0;
  }

  @Override
  public void commit() {
    if (committed) {
      throw new IllegalStateException("committed twice: " + storage.folder().location(key));
    }
    committed = true;
    if (parts.isEmpty()) {
      S3Failure.translated(
          "write object",
          storage.folder().location(key),
          () -> S3Put.of(storage.folder(), key, token).send(buffer, filled));
      return;
    }
    sendPart();
    parts.get().complete(() -> storage.isWrittenBy(key, token));
  }

  @Override
  public void close() {
    parts.ifPresent(S3Parts::abortUnlessComplete);
  }
}
