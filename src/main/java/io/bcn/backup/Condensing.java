package io.bcn.backup;

import io.bcn.format.InventoryRef;
import io.bcn.format.ObjectKey;
import io.bcn.repository.InventoryRows;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Which tables get a state that lists all its files itself, instead of adding to its parent's
 * lists.
 *
 * <p>States add to their parents' inventories, so these pile up, and go on naming what the table
 * has dropped long ago. Where they are of {@link #MOST_PITS} PITs, the next state names what the
 * table reaches now, each file by the object that it has already: nothing is copied for it. What
 * only the older lists name is garbage once the PITs that draw on them have expired. The whole walk
 * that it takes is made once in so many changes of a table, so that work still follows change.
 *
 * @param tables indexes in the plan
 */
record Condensing(Set<Integer> tables) {
  private static final int MOST_PITS = 16;

  /**
   * Looks at the states that would be added to, on executors.
   *
   * @param states one a changed table that has one
   */
  static Condensing of(
      JavaSparkContext executors,
      Storage storage,
      BackupRequest.Reuse reuse,
      List<InventoryRows.OfTable> states) {
    if (states.isEmpty() || reuse == BackupRequest.Reuse.CONDENSED) {
      return new Condensing(
          new HashSet<>(states.stream().map(InventoryRows.OfTable::table).toList()));
    }
    int slices = Math.min(states.size(), executors.defaultParallelism() * 4);
    return new Condensing(
        new HashSet<>(
            executors
                .parallelize(states, slices)
                .filter(of -> pits(storage, of) >= MOST_PITS)
                .map(InventoryRows.OfTable::table)
                .collect()));
  }

  private static long pits(Storage storage, InventoryRows.OfTable of) {
    return Repository.state(storage, of.state()).inventories().stream()
        .map(InventoryRef::key)
        .map(Condensing::folder)
        .distinct()
        .count();
  }

  /** A PIT has one folder for a table's inventory parts. */
  private static String folder(ObjectKey part) {
    return part.value().substring(0, part.value().lastIndexOf('/'));
  }

  boolean includes(int table) {
    return tables.contains(table);
  }
}
