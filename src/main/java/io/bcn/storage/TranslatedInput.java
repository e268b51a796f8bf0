package io.bcn.storage;

import java.io.FilterInputStream;
import java.io.InputStream;

/**
 * An object's bytes. <i>Fails</i> with a BcnException that names the object, so that nobody
 * mistakes it for another.
 */
final class TranslatedInput extends FilterInputStream {
  private final String location;

  TranslatedInput(String location, InputStream bytes) {
    super(bytes);
    this.location = location;
  }

  @Override
  public int read() {
    return StorageFailure.translated("read object", location, super::read);
  }

  @Override
  public int read(byte[] bytes, int offset, int lengthBytes) {
    return StorageFailure.translated(
        "read object", location, () -> super.read(bytes, offset, lengthBytes));
  }

  @Override
  public long skip(long lengthBytes) {
    return StorageFailure.translated("read object", location, () -> super.skip(lengthBytes));
  }
}
