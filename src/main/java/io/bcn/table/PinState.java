package io.bcn.table;

import io.bcn.format.TableName;

/** What one look at a listed table or view gave: its pointer, or why it can't be read. */
public sealed interface PinState permits PinnedTable, PinnedView, UnreadableTable {
  TableName name();

  /**
   * Whether the other look found the very same state, so that it held all the time between the two.
   */
  boolean sameStateAs(PinState other);
}
