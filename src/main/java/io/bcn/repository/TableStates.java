package io.bcn.repository;

import io.bcn.format.PitManifest;
import io.bcn.format.TableEntry;
import io.bcn.format.TableManifest;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which PITs changed which table, told by PIT manifests: what table manifests say. */
final class TableStates {
  private TableStates() {}

  /** Whether the entry is a state of the table that its parent PIT has not, or not so called. */
  static boolean changes(TableEntry table) {
    boolean isNews = table.status() == TableStatus.ACTIVE || table.renamedFrom().isPresent();
    // A table that failed whenever it was tried may be renamed too.
    return isNews && table.state().isPresent();
  }

  /**
   * By the name that the table has in the PIT. <i>Shape</i>: grows with changes, not with files.
   */
  static Map<TableName, List<TableManifest.State>> of(Stream<PitManifest> pits) {
    Map<TableName, List<TableManifest.State>> states = new TreeMap<>();
    pits.forEach(
        pit ->
            pit.tables().stream()
                .filter(TableStates::changes)
                .forEach(
                    table ->
                        states
                            .computeIfAbsent(table.tableName(), any -> new ArrayList<>())
                            .add(
                                TableManifest.State.of(
                                    pit.pit(), table, table.state().orElseThrow()))));
    return states;
  }
}
