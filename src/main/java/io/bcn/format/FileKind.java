package io.bcn.format;

/**
 * What a stored file is to its table. Decided by the metadata that names the file, never by the
 * file's own name.
 */
public enum FileKind {
  /** The metadata file that the catalog pointed at. */
  METADATA,
  /**
   * An earlier metadata file, from the metadata log; often missing in the source, which is no
   * error.
   */
  METADATA_LOG,
  MANIFEST_LIST,
  MANIFEST,
  DATA,
  POSITION_DELETES,
  EQUALITY_DELETES,
  /** A Puffin file that holds one deletion vector or more. */
  DELETION_VECTORS,
  STATISTICS,
  PARTITION_STATISTICS;

  /**
   * Whether the file's bytes name other files of the table, so that a restore to another place must
   * rewrite it.
   */
  public boolean holdsLocations() {
    return switch (this) {
      case METADATA, METADATA_LOG, MANIFEST_LIST, MANIFEST, POSITION_DELETES, DELETION_VECTORS ->
          true;
      case DATA, EQUALITY_DELETES, STATISTICS, PARTITION_STATISTICS -> false;
    };
  }
}
