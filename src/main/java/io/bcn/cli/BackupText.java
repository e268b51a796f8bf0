package io.bcn.cli;

import io.bcn.backup.BackupSummary;
import io.bcn.backup.ViewCounts;
import io.bcn.cli.TextTable.Column;
import io.bcn.copy.Progress;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest.CutMode;
import java.util.stream.Stream;

/** A backup's result for people. */
final class BackupText {
  private BackupText() {}

  static String of(BackupSummary summary) {
    StringBuilder text = new StringBuilder();
    line(text, "PIT", summary.pit().map(PitId::toString).orElse("(plan only, nothing is written)"));
    line(text, "Parent", summary.parentPit().map(PitId::toString).orElse("(none: the first PIT)"));
    line(text, "Repository", summary.repository());
    line(text, "Scope", summary.scope().toString());
    CoverageText.of(summary.coverage()).ifPresent(rows -> line(text, "Coverage", rows));
    line(text, "Run", summary.runId());
    summary
        .cut()
        .filter(cut -> cut.mode() == CutMode.BEST_EFFORT)
        .ifPresent(
            cut ->
                line(
                    text,
                    "Cut",
                    "best effort: the tables' states lie between %s and %s UTC"
                        .formatted(UtcTime.text(cut.from()), UtcTime.text(cut.to()))));
    tables(text, summary);
    files(text, summary);
    if (summary.dryRun()) {
      plan(text, summary);
    }
    failures(text, summary);
    warnings(text, summary);
    return text.toString();
  }

  private static void tables(StringBuilder text, BackupSummary summary) {
    BackupSummary.Tables tables = summary.tables();
    line(
        text,
        "Tables",
        "%,d: %,d new or changed, %,d unchanged, %,d failed"
            .formatted(tables.total(), tables.active(), tables.unchanged(), tables.failed()));
    ViewCounts views = summary.views();
    if (views.total() > 0) {
      line(
          text,
          "Views",
          "%,d: %,d new or changed, %,d unchanged, %,d failed"
              .formatted(views.total(), views.active(), views.unchanged(), views.failed()));
    }
    Stream.concat(tables.renamed().stream(), views.renamed().stream())
        .forEach(rename -> line(text, "Renamed", rename.from() + " → " + rename.to()));
    tables.deleted().forEach(name -> line(text, "Deleted", "table " + name));
    views.deleted().forEach(name -> line(text, "Deleted", "view " + name));
    tables.deletedDatabases().forEach(name -> line(text, "Deleted", "database " + name));
    summary
        .skipped()
        .forEach(object -> line(text, "Skipped", object.name() + ": " + object.reason()));
  }

  private static void files(StringBuilder text, BackupSummary summary) {
    line(
        text,
        summary.dryRun() ? "To store" : "New",
        "%,d files, %s".formatted(summary.newFiles(), Progress.size(summary.newBytes())));
    if (summary.storeCopiedFiles() > 0) {
      line(
          text,
          "Store copy",
          RouteText.ofThese(summary.storeCopiedFiles(), summary.storeCopiedBytes()));
    }
    if (summary.dryRun()) {
      return;
    }
    line(
        text,
        "Reused",
        "%,d files, %s".formatted(summary.reusedFiles(), Progress.size(summary.reusedBytes())));
    if (summary.copiedFiles() < summary.newFiles()) {
      line(
          text,
          "Copied",
          "%,d files, %s by this run; an earlier run had copied the others"
              .formatted(summary.copiedFiles(), Progress.size(summary.copiedBytes())));
    }
  }

  private static void plan(StringBuilder text, BackupSummary summary) {
    TextTable table =
        new TextTable(
            Column.text("TABLE"),
            Column.text("CHANGE"),
            Column.number("FILES"),
            Column.number("BYTES"),
            Column.text("ROUTE"));
    summary
        .changes()
        .forEach(
            planned ->
                table.row(
                    planned.table().toString(),
                    planned.change(),
                    TextTable.count(planned.newFiles()),
                    Progress.size(planned.newBytes()),
                    RouteText.of(planned.storeCopiedFiles(), planned.storeCopiedBytes())));
    text.append(summary.changes().isEmpty() ? "" : "\n").append(table);
  }

  private static void failures(StringBuilder text, BackupSummary summary) {
    if (summary.complete()) {
      return;
    }
    text.append(
        "%nThis is not a complete PIT: 'latest' passes it over. %,d objects failed:%n"
            .formatted(summary.failures().size()));
    summary
        .failures()
        .forEach(
            failure ->
                text.append(
                    "  %s  %s: %s%n"
                        .formatted(failure.table(), failure.code(), failure.message())));
  }

  private static void warnings(StringBuilder text, BackupSummary summary) {
    if (summary.warnings().isEmpty()) {
      return;
    }
    text.append("\nWarnings:\n");
    summary.warnings().forEach(warning -> text.append("  ").append(warning).append('\n'));
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append("%-11s %s%n".formatted(label, value));
  }
}
