package io.bcn.table;

/**
 * What is known of the delete files that a relocation has written already, by their TARGET
 * locations.
 */
public interface RewrittenDeletes {

  /** Where a deletion vector lies in its Puffin file. */
  record DvBlob(long offset, long lengthBytes) {}

  /** The physical length of the delete file. */
  long lengthBytes(String targetLocation);

  /** The deletion vector for one data file in one Puffin file. */
  DvBlob deletionVector(String targetPuffin, String targetDataFile);
}
