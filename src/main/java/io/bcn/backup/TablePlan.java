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
 * @param earlier the last state of one that the parent does not have and an earlier PIT has
 */
record TablePlan(
    PinnedTable pinned, Change change, Optional<TableEntry> before, Optional<ObjectRef> earlier) {

  TablePlan(PinnedTable pinned, Change change, Optional<TableEntry> before) {
    this(pinned, change, before, Optional.empty());
  }

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

  /** The parent's state of it. */
  Optional<ObjectRef> stateBefore() {
    return before.flatMap(TableEntry::state);
  }

  /** The state whose files need no copy. */
  Optional<ObjectRef> reusable() {
    return change == Change.LOST ? Optional.empty() : stateBefore().or(this::earlier);
  }

  TablePlan returned(ObjectRef state) {
    return new TablePlan(pinned, change, before, Optional.of(state));
  }

  TablePlan repinned(PinnedTable now) {
    return new TablePlan(now, change, before, earlier);
  }
}
