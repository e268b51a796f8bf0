package io.bcn.table;

import io.bcn.format.FileKind;

/**
 * A file that another file of the table names, as it is spelled there.
 *
 * @param lengthBytes {@link #UNKNOWN_LENGTH} where the naming file does not say
 */
public record Reference(String location, FileKind kind, long lengthBytes) {
  public static final long UNKNOWN_LENGTH = -1;

  public Reference {
    if (location.isEmpty()) {
      throw new IllegalArgumentException("a reference to a " + kind + " without a location");
    }
  }

  static Reference ofUnknownLength(String location, FileKind kind) {
    return new Reference(location, kind, UNKNOWN_LENGTH);
  }
}
