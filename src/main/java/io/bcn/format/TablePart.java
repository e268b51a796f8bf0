package io.bcn.format;

/** Whether what a PIT stored of a table stands alone or adds to an earlier PIT. */
public enum TablePart {
  /** The table's first, full backup. */
  SNAPSHOT("snapshots"),
  /** What a later PIT added. */
  DELTA("deltas");

  private final String folder;

  TablePart(String folder) {
    this.folder = folder;
  }

  public String folder() {
    return folder;
  }
}
