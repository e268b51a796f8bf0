package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.format.PitId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A restored PIT against what the source held when it was backed up.
 *
 * @param catalog the one that it was restored into
 */
record DemoComparison(PitId pit, String catalog, boolean equal, List<Compared> tables) {

  /**
   * One table.
   *
   * @param rows now and of all snapshots, branches and tags together
   * @param difference empty where nothing differs
   */
  record Compared(
      String table,
      long snapshots,
      long branches,
      long tags,
      long rows,
      boolean equal,
      Optional<String> difference) {

    static Compared of(String name, DemoContents.Table table, Optional<String> difference) {
      return new Compared(
          name,
          table.count("snapshot"),
          table.count("branch"),
          table.count("tag"),
          table.rows(),
          difference.isEmpty(),
          difference);
    }
  }

  static DemoComparison of(PitId pit, String catalog, DemoContents source, DemoContents restored) {
    SortedSet<String> names = new TreeSet<>(source.tables().keySet());
    names.addAll(restored.tables().keySet());
    List<Compared> tables = new ArrayList<>();
    for (String name : names) {
      tables.add(compared(name, source.tables(), restored.tables()));
    }
    boolean equal = !tables.isEmpty() && tables.stream().allMatch(Compared::equal);
    return new DemoComparison(pit, catalog, equal, List.copyOf(tables));
  }

  private static Compared compared(
      String name,
      Map<String, DemoContents.Table> source,
      Map<String, DemoContents.Table> restored) {
    if (!restored.containsKey(name)) {
      return Compared.of(name, source.get(name), Optional.of("it was not restored"));
    }
    DemoContents.Table there = restored.get(name);
    if (!source.containsKey(name)) {
      return Compared.of(name, there, Optional.of("the source had no such table"));
    }
    return Compared.of(name, there, difference(source.get(name), there));
  }

  private static Optional<String> difference(
      DemoContents.Table source, DemoContents.Table restored) {
    if (!source.schema().equals(restored.schema())) {
      return Optional.of("its schema differs");
    }
    if (!source.states().keySet().equals(restored.states().keySet())) {
      return Optional.of(
          "it has %s instead of %s"
              .formatted(restored.states().keySet(), source.states().keySet()));
    }
    return source.states().keySet().stream()
        .filter(state -> !source.states().get(state).equals(restored.states().get(state)))
        .map("the rows of '%s' differ"::formatted)
        .findFirst();
  }

  /** A table for people, and under it what differs. */
  String text() {
    TextTable text =
        new TextTable(
            Column.text("TABLE"),
            Column.number("SNAPSHOTS"),
            Column.number("BRANCHES"),
            Column.number("TAGS"),
            Column.number("ROWS"),
            Column.text("EQUAL"));
    tables.forEach(
        table ->
            text.row(
                table.table(),
                TextTable.count(table.snapshots()),
                TextTable.count(table.branches()),
                TextTable.count(table.tags()),
                TextTable.count(table.rows()),
                table.equal() ? "yes" : "NO"));
    StringBuilder differences = new StringBuilder();
    tables.forEach(
        table ->
            table
                .difference()
                .ifPresent(
                    why -> differences.append("Table %s: %s.%n".formatted(table.table(), why))));
    return text.toString() + differences;
  }
}
