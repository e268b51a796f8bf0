package io.bcn.restore;

import io.bcn.table.ColumnMatch;
import io.bcn.table.RowMark;
import io.bcn.table.RowTarget;
import java.util.List;

/** What becomes of a table whose files are in place. */
sealed interface Ending {
  /** It is registered in the target's catalog, as a table of its own. */
  record Registered() implements Ending {}

  /** Its rows are added to a table that exists, and its own files are removed. */
  record Appended(RowTarget into, RowMark mark, List<ColumnMatch> columns) implements Ending {
    public Appended {
      columns = List.copyOf(columns);
    }
  }
}
