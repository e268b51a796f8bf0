package io.bcn.restore;

import io.bcn.table.ColumnMatch;
import io.bcn.table.RowMark;
import io.bcn.table.RowTarget;
import io.bcn.table.StandingTable;
import java.util.List;

/** What becomes of a table whose files are in place. */
sealed interface Ending {
  /** It is registered in the target's catalog, as a table of its own. */
  record Registered() implements Ending {}

  /**
   * It takes the place of a table that stands there.
   *
   * @param location the table's location then
   * @param lostSnapshots the standing table's snapshots that the PIT does not have
   */
  record Replaced(StandingTable standing, String location, List<Long> lostSnapshots)
      implements Ending {
    public Replaced {
      lostSnapshots = List.copyOf(lostSnapshots);
    }
  }

  /**
   * The table that stands there is in the PIT's very state: that its files are there, with the
   * right bytes, is all that was wanted.
   */
  record Checked(StandingTable standing) implements Ending {}

  /** Its rows are added to a table that exists, and its own files are removed. */
  record Appended(RowTarget into, RowMark mark, List<ColumnMatch> columns) implements Ending {
    public Appended {
      columns = List.copyOf(columns);
    }
  }
}
