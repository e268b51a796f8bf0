package io.bcn.restore;

import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Everything that a restore decides before it writes a byte: which tables, under which names,
 * where, what is in the way.
 *
 * <p><i>Shape</i>: one entry a table; files stand in inventories.
 *
 * @param standing those of the databases that are there already
 * @param skipped tables and views that are at the target already and stay as they are
 * @param notInPit tables and views whose backup had failed
 */
record RestorePlan(
    CommittedPit pit,
    List<TableRestore> tables,
    List<ViewRestore> views,
    List<DatabaseEntry> databases,
    Set<DatabaseName> standing,
    List<TableName> skipped,
    List<TableName> notInPit,
    List<String> notices) {

  /** Indexes of the tables that end so, and so. */
  List<Integer> ending(List<Class<? extends Ending>> endings) {
    return IntStream.range(0, tables.size())
        .filter(
            index -> endings.stream().anyMatch(one -> one.isInstance(tables.get(index).ending())))
        .boxed()
        .toList();
  }
}
