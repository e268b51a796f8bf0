package io.bcn.format;

import java.io.Serializable;

/**
 * One row of an inventory: which source location is stored under which object key.
 *
 * @param location the source's address, raw, as the table's metadata spells it
 * @param lengthBytes the stored object's length
 * @param sha256 lower-case hex over the stored bytes
 */
public record StoredFile(
    String location, ObjectKey key, FileKind kind, long lengthBytes, String sha256)
    implements Serializable {
  public StoredFile {
    if (lengthBytes < 0) {
      throw new IllegalArgumentException("negative length of " + location + ": " + lengthBytes);
    }
  }
}
