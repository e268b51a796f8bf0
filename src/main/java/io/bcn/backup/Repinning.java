package io.bcn.backup;

import io.bcn.table.CatalogCut;
import io.bcn.table.FileIos;
import io.bcn.table.IcebergCatalog;
import io.bcn.table.PinnedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables of which files vanished, and that have moved on since: with their state now. */
record Repinning(Map<Integer, TablePlan> tables, FileIos fileIos) {

  static Repinning of(IcebergCatalog catalog, List<TablePlan> tables, List<Integer> vanished) {
    Map<Integer, TablePlan> moved = new TreeMap<>();
    List<PinnedTable> pins = new ArrayList<>();
    vanished.forEach(index -> pins.add(tables.get(index).pinned()));
    CatalogCut.RepinnedTables now =
        CatalogCut.repinAll(catalog, pins.stream().map(PinnedTable::name).toList());
    for (int index : vanished) {
      TablePlan table = tables.get(index);
      now.tables().stream()
          .filter(pinned -> pinned.name().equals(table.name()))
          .filter(pinned -> pinned.tableUuid().equals(table.pinned().tableUuid()))
          .filter(pinned -> !pinned.sameStateAs(table.pinned()))
          .findFirst()
          .ifPresent(pinned -> moved.put(index, table.repinned(pinned)));
    }
    return new Repinning(moved, now.fileIos());
  }
}
