package io.bcn.copy;

import java.io.Serializable;

/**
 * How much took, or would take, which route between a repository and tables.
 *
 * @param streamedFiles those that passed through BCN
 * @param storeFiles those that the store copied by itself
 */
public record Routes(long streamedFiles, long streamedBytes, long storeFiles, long storeBytes)
    implements Serializable {
  public static final Routes NOTHING = new Routes(0, 0, 0, 0);

  public static Routes streamed(long lengthBytes) {
    return new Routes(1, lengthBytes, 0, 0);
  }

  public static Routes byStore(long lengthBytes) {
    return new Routes(0, 0, 1, lengthBytes);
  }

  /** What is planned: all of it, and of this what the store is to copy. */
  public static Routes planned(Amounts all, Amounts byStore) {
    return new Routes(
        all.files() - byStore.files(),
        all.bytes() - byStore.bytes(),
        byStore.files(),
        byStore.bytes());
  }

  public Routes plus(Routes other) {
    return new Routes(
        streamedFiles + other.streamedFiles,
        streamedBytes + other.streamedBytes,
        storeFiles + other.storeFiles,
        storeBytes + other.storeBytes);
  }

  public long files() {
    return streamedFiles + storeFiles;
  }

  public long bytes() {
    return streamedBytes + storeBytes;
  }
}
