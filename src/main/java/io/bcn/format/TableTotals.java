package io.bcn.format;

import java.io.Serializable;

/**
 * How much a table's state is.
 *
 * @param snapshots Iceberg snapshots that the table retained
 * @param files stored files that the state draws on, this PIT's and carried over
 * @param newFiles those of them that this PIT stored
 */
public record TableTotals(long snapshots, long files, long bytes, long newFiles, long newBytes)
    implements Serializable {
  public static final TableTotals NOTHING = new TableTotals(0, 0, 0, 0, 0);

  TableTotals carriedOver() {
    return new TableTotals(snapshots, files, bytes, 0, 0);
  }

  public TableTotals plus(TableTotals other) {
    return new TableTotals(
        snapshots + other.snapshots,
        files + other.files,
        bytes + other.bytes,
        newFiles + other.newFiles,
        newBytes + other.newBytes);
  }
}
