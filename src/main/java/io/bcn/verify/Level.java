package io.bcn.verify;

/**
 * How closely objects are looked at. Documents are read and compared with their digests at each
 * level, since they say which objects there should be.
 */
public enum Level {
  /** Each object is there with its recorded length; changed bytes of that length do not show. */
  EXISTS,
  /** Each object is read to its end and its SHA-256 compared. */
  CHECKSUM,
  /**
   * Besides EXISTS, each table is opened from the repository and every row of it read; what is read
   * is compared by SHA-256 on the way.
   */
  RESTORE
}
