package io.bcn.backup;

import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.TablePart;
import io.bcn.repository.InventoryRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where what a PIT stores of each table goes, and which earlier state it adds to. */
record TableParts(String catalogName, PitId pit, BackupRequest.Reuse reuse) {

  /** The state whose files are not stored again. */
  Optional<ObjectRef> reused(TablePlan table) {
    return reuse == BackupRequest.Reuse.NOTHING ? Optional.empty() : table.reusable();
  }

  /** The same of all of them that have one. */
  List<InventoryRows.OfTable> reused(List<TablePlan> tables, List<Integer> open) {
    List<InventoryRows.OfTable> states = new ArrayList<>();
    open.forEach(
        index ->
            reused(tables.get(index))
                .ifPresent(state -> states.add(new InventoryRows.OfTable(index, state))));
    return states;
  }

  /** The table's folder of this PIT: a delta where it adds to a state, else a snapshot. */
  ObjectKey folder(TablePlan table) {
    TablePart part = reused(table).isPresent() ? TablePart.DELTA : TablePart.SNAPSHOT;
    return Layout.tablePit(catalogName, table.name(), pit, part);
  }

  /** By index in {@code tables}. */
  Map<Integer, String> folders(List<TablePlan> tables, List<Integer> open) {
    Map<Integer, String> folders = new HashMap<>();
    open.forEach(index -> folders.put(index, folder(tables.get(index)).value()));
    return folders;
  }
}
