package io.bcn.storage;

import io.bcn.storage.StorageFailure.Action;
import java.util.Objects;

/**
 * Writes an object through a staged file. <i>Fails</i> with a BcnException that names the object.
 */
final class StagedWriter extends ObjectWriter {
  private final String location;
  private final StagedFile file;
  private boolean sealed;

  StagedWriter(String location, Action<StagedFile> file) {
    this.location = location;
    this.file = StorageFailure.translated("write object", location, file);
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
    translated(
        () -> {
          file.bytes().write(bytes, offset, lengthBytes);
          return true;
        });
  }

  @Override
  public void commit() {
    seal();
    translated(
        () -> {
          file.publish();
          return true;
        });
  }

  /**
   * Like {@link #commit}, but only where there is no object yet: of many callers exactly one gets
   * true.
   */
  boolean commitIfAbsent() {
    seal();
    return translated(file::publishIfAbsent);
  }

  private void seal() {
    if (sealed) {
      throw new IllegalStateException("committed twice: " + location);
    }
    sealed = true;
    translated(
        () -> {
          file.seal();
          return true;
        });
  }

  @Override
  public void close() {
    translated(
        () -> {
          file.close();
          return true;
        });
  }

  private <T> T translated(Action<T> action) {
    return StorageFailure.translated("write object", location, action);
  }
}
