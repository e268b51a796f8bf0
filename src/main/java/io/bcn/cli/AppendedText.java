package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.copy.Progress;
import io.bcn.restore.RestoreSummary;
import java.util.List;
import java.util.Locale;

/**
 * For people: the tables that a restore adds rows to, and in a plan where each column comes from.
 */
final class AppendedText {
  private AppendedText() {}

  static String amount(RestoreSummary summary) {
    List<RestoreSummary.Appended> appended = summary.appended();
    String tables = "%,d tables that exist".formatted(appended.size());
    return summary.dryRun()
        ? tables
        : "%s, %,d rows"
            .formatted(tables, appended.stream().mapToLong(table -> table.rows().orElse(0L)).sum());
  }

  static String of(RestoreSummary summary) {
    StringBuilder text = new StringBuilder();
    if (!summary.appended().isEmpty()) {
      text.append('\n').append(tables(summary.appended()));
    }
    if (summary.dryRun()) {
      summary.appended().forEach(table -> columns(text, table));
    }
    return text.toString();
  }

  private static TextTable tables(List<RestoreSummary.Appended> appended) {
    TextTable table =
        new TextTable(
            Column.text("TABLE"),
            Column.text("APPENDED TO"),
            Column.number("ROWS"),
            Column.number("FILES"),
            Column.number("BYTES"));
    appended.forEach(
        one ->
            table.row(
                one.source().toString(),
                one.target().toString(),
                one.rows().map(TextTable::count).orElse("-"),
                TextTable.count(one.files()),
                Progress.size(one.bytes())));
    return table;
  }

  private static void columns(StringBuilder text, RestoreSummary.Appended appended) {
    TextTable table =
        new TextTable(
            Column.text("COLUMN"), Column.text("FROM"), Column.text("BY"), Column.text("TYPE"));
    appended
        .columns()
        .forEach(
            column ->
                table.row(
                    column.column(),
                    column.source().isEmpty() ? "-" : column.source(),
                    column.by().name().toLowerCase(Locale.ROOT),
                    column.type()));
    text.append("%nColumns of %s:%n".formatted(appended.target())).append(table);
  }
}
