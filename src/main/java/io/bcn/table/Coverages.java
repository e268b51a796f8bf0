package io.bcn.table;

import java.io.Serializable;
import java.util.Map;

/**
 * The coverage of each table of a plan, by its index; a table that is not named is covered whole.
 */
public record Coverages(Map<Integer, Coverage> byTable) implements Serializable {
  public static final Coverages ALL_WHOLE = new Coverages(Map.of());

  public Coverages {
    byTable = Map.copyOf(byTable);
  }

  Coverage of(int table) {
    return byTable.getOrDefault(table, Coverage.WHOLE);
  }

  public boolean areAllWhole() {
    return byTable.values().stream().allMatch(Coverage.WHOLE::equals);
  }
}
