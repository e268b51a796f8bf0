package io.bcn.backup;

import java.io.Serializable;

/**
 * How much took, or would take, which route to the repository.
 *
 * @param streamedFiles those that passed through BCN
 * @param storeFiles those that the store copied by itself
 */
record Routes(long streamedFiles, long streamedBytes, long storeFiles, long storeBytes)
    implements Serializable {
  static final Routes NOTHING = new Routes(0, 0, 0, 0);

  static Routes streamed(long lengthBytes) {
    return new Routes(1, lengthBytes, 0, 0);
  }

  static Routes byStore(long lengthBytes) {
    return new Routes(0, 0, 1, lengthBytes);
  }

  Routes plus(Routes other) {
    return new Routes(
        streamedFiles + other.streamedFiles,
        streamedBytes + other.streamedBytes,
        storeFiles + other.storeFiles,
        storeBytes + other.storeBytes);
  }

  long files() {
    return streamedFiles + storeFiles;
  }

  long bytes() {
    return streamedBytes + storeBytes;
  }
}
