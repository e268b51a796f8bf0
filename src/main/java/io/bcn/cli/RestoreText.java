package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.copy.Progress;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreSummary;
import java.util.List;

/** A restore's result for people. */
final class RestoreText {
  private RestoreText() {}

  static String of(RestoreSummary summary) {
    StringBuilder text = new StringBuilder();
    line(text, "PIT", summary.pit().toString());
    line(text, "Repository", summary.repository());
    line(text, "Catalog", summary.targetCatalog());
    line(
        text,
        summary.dryRun() ? "To restore" : "Restored",
        "%,d tables%s, %,d files, %s"
            .formatted(
                summary.tables().size(),
                summary.views().isEmpty() ? "" : ", %,d views".formatted(summary.views().size()),
                summary.files(),
                Progress.size(summary.bytes())));
    if (summary.storeCopiedFiles() > 0) {
      line(
          text,
          "Store copy",
          RouteText.ofThese(summary.storeCopiedFiles(), summary.storeCopiedBytes()));
    }
    if (summary.dryRun() && RouteText.isAllStreamed(summary)) {
      line(text, "Route", "every file is streamed");
    }
    if (!summary.replaced().isEmpty()) {
      line(
          text,
          summary.dryRun() ? "To replace" : "Replaced",
          "%,d tables that exist".formatted(summary.replaced().size()));
    }
    if (!summary.appended().isEmpty()) {
      line(text, summary.dryRun() ? "To append" : "Appended", AppendedText.amount(summary));
    }
    if (summary.dryRun()) {
      line(text, "", "(plan only, nothing is written)");
    }
    if (summary.schemaOnly()) {
      line(text, "", "(schemas only: the tables have no rows)");
    }
    if (!summary.tables().isEmpty()) {
      text.append('\n').append(tables(summary));
    }
    text.append(ReplacedText.of(summary));
    if (!summary.views().isEmpty()) {
      text.append('\n').append(views(summary)).append(ReplacedText.ofViews(summary));
    }
    text.append(AppendedText.of(summary));
    if (summary.dryRun()) {
      text.append(RouteText.of(summary));
    }
    names(text, "Skipped, for the target has them already:", summary.skipped());
    names(
        text,
        "Not restored, for their backup had failed and the PIT does not hold them:",
        summary.notInPit());
    if (!summary.failures().isEmpty()) {
      text.append("\nNot done, and as they were:\n");
      summary
          .failures()
          .forEach(
              failure ->
                  text.append(
                      "  %s  %s: %s%n"
                          .formatted(failure.target(), failure.code(), failure.message())));
    }
    if (!summary.notices().isEmpty()) {
      text.append("\nNotices:\n");
      summary.notices().forEach(notice -> text.append("  ").append(notice).append('\n'));
    }
    return text.toString();
  }

  private static TextTable tables(RestoreSummary summary) {
    TextTable table =
        new TextTable(
            Column.text("TABLE"),
            Column.text("TARGET"),
            Column.number("SNAPSHOTS"),
            Column.number("FILES"),
            Column.number("BYTES"),
            Column.text("LOCATION"));
    summary
        .tables()
        .forEach(
            restored ->
                table.row(
                    restored.source().toString(),
                    restored.target().toString(),
                    TextTable.count(restored.snapshots()),
                    TextTable.count(restored.files()),
                    Progress.size(restored.bytes()),
                    restored.location()));
    return table;
  }

  private static TextTable views(RestoreSummary summary) {
    TextTable table =
        new TextTable(
            Column.text("VIEW"),
            Column.text("TARGET"),
            Column.number("VERSIONS"),
            Column.text("LOCATION"));
    summary
        .views()
        .forEach(
            restored ->
                table.row(
                    restored.source().toString(),
                    restored.target().toString(),
                    TextTable.count(restored.versions()),
                    restored.location()));
    return table;
  }

  private static void names(StringBuilder text, String title, List<TableName> names) {
    if (names.isEmpty()) {
      return;
    }
    text.append('\n').append(title).append('\n');
    names.forEach(name -> text.append("  ").append(name).append('\n'));
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append("%-11s %s%n".formatted(label, value));
  }
}
