package io.bcn.backup;

import io.bcn.format.TableName;
import io.bcn.format.ViewEntry;
import io.bcn.table.PinnedView;
import java.util.Optional;

/**
 * What a backup does about one view of the cut.
 *
 * @param before the same view in the parent PIT, by UUID
 */
record ViewPlan(PinnedView pinned, TablePlan.Change change, Optional<ViewEntry> before) {

  static ViewPlan of(PinnedView pinned, Optional<ViewEntry> before, BackupRequest.Reuse reuse) {
    if (before.isEmpty()) {
      return new ViewPlan(pinned, TablePlan.Change.NEW, before);
    }
    boolean same =
        before.get().failure().isEmpty()
            && before.get().metadataLocation().equals(pinned.metadataLocation());
    boolean carriedOver = same && reuse != BackupRequest.Reuse.NOTHING;
    return new ViewPlan(
        pinned, carriedOver ? TablePlan.Change.UNCHANGED : TablePlan.Change.CHANGED, before);
  }

  TableName name() {
    return pinned.name();
  }

  boolean isUnchanged() {
    return change == TablePlan.Change.UNCHANGED;
  }

  Optional<TableName> renamedFrom() {
    return before.map(ViewEntry::viewName).filter(old -> !old.equals(name()));
  }
}
