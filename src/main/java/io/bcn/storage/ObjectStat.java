package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.time.Instant;

/** One object as the store lists it. The time is the store's own clock's. */
public record ObjectStat(ObjectKey key, long lengthBytes, Instant modifiedAt) {
  public ObjectStat {
    if (lengthBytes < 0) {
      throw new IllegalArgumentException("negative length of " + key + ": " + lengthBytes);
    }
  }
}
