package io.bcn.verify;

/**
 * How closely objects are looked at. Documents are read and compared with their digests at each
 * level, since they say which objects there should be.
 */
public enum Level {
  /** Each object is there with its recorded length; changed bytes of that length do not show. */
  EXISTS,
  /** Each object is read to its end and its SHA-256 compared. */
  CHECKSUM
}
