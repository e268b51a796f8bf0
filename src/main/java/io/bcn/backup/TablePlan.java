package io.bcn.backup;

import io.bcn.format.ObjectRef;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.table.PinnedTable;
import java.util.Optional;

/**
 * What a backup does about one table of the cut.
 *
 * @param before the same table in the parent PIT: the same UUID, or without UUIDs the same name
 */
record TablePlan(PinnedTable pinned, Change change, Optional<TableEntry> before) {

  /** How the table's state relates to the parent PIT's. */
  enum Change {
    /** The parent does not have the table. */
    NEW,
    CHANGED,
    /** The parent's state has lost objects: the table is stored anew, changed or not. */
    LOST,
    /** The same pointer, UUID and time: nothing of the table is read. */
    UNCHANGED
  }

  TableName name() {
    return pinned.name();
  }

  boolean isUnchanged() {
    return change == Change.UNCHANGED;
  }

  Optional<TableName> renamedFrom() {
    return before.map(TableEntry::tableName).filter(old -> !old.equals(name()));
  }

  /** The state that the parent has. */
  Optional<ObjectRef> stateBefore() {
    return before.flatMap(TableEntry::state);
  }

  TablePlan repinned(PinnedTable now) {
    return new TablePlan(now, change, before);
  }
}
