package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.copy.Progress;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreSummary;
import java.util.List;
import java.util.stream.Collectors;

/** For people: what gave way to a restore, what is lost by it, and how to get it back. */
final class ReplacedText {
  private static final int SNAPSHOTS_SHOWN = 5;

  private ReplacedText() {}

  static String of(RestoreSummary summary) {
    StringBuilder text = new StringBuilder();
    if (!summary.replaced().isEmpty()) {
      text.append('\n').append(tables(summary.replaced()));
      summary.replaced().forEach(table -> previous(text, table, summary.dryRun()));
    }
    return text.toString();
  }

  /** The same for views, of which SQL registers none. */
  static String ofViews(RestoreSummary summary) {
    StringBuilder text = new StringBuilder();
    for (RestoreSummary.RestoredView view : summary.views()) {
      view.previousMetadataLocation()
          .ifPresent(
              pointer -> {
                head(text, "View", view.target(), summary.dryRun());
                row(text, "pointer", pointer);
              });
    }
    return text.toString();
  }

  private static void head(StringBuilder text, String what, TableName name, boolean planOnly) {
    text.append("%n%s %s %s%n".formatted(what, name, planOnly ? "now" : "before this restore"));
  }

  private static TextTable tables(List<RestoreSummary.Replaced> replaced) {
    TextTable table =
        new TextTable(
            Column.text("TABLE"),
            Column.text("REPLACES"),
            Column.number("SNAPSHOTS"),
            Column.number("FILES"),
            Column.number("BYTES"),
            Column.number("LOST SNAPSHOTS"));
    replaced.forEach(
        one ->
            table.row(
                one.source().toString(),
                one.target().toString(),
                TextTable.count(one.snapshots()),
                TextTable.count(one.files()),
                Progress.size(one.bytes()),
                TextTable.count(one.lostSnapshots().size())));
    return table;
  }

  private static void previous(
      StringBuilder text, RestoreSummary.Replaced table, boolean planOnly) {
    head(text, "Table", table.target(), planOnly);
    row(text, "pointer", table.previousMetadataLocation());
    if (!table.lostSnapshots().isEmpty()) {
      row(text, "lost", "snapshots that the PIT does not have: " + newest(table.lostSnapshots()));
    }
    row(text, "undo", table.undo());
  }

  private static String newest(List<Long> oldestFirst) {
    int hidden = Math.max(0, oldestFirst.size() - SNAPSHOTS_SHOWN);
    return (hidden > 0 ? "%,d older, ".formatted(hidden) : "")
        + oldestFirst.stream().skip(hidden).map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static void row(StringBuilder text, String label, String value) {
    text.append("  %-8s %s%n".formatted(label, value));
  }
}
