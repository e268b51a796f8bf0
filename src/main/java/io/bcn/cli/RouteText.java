package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.copy.Progress;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreSummary;

/** For people: what the store copies by itself, and what passes through here. */
final class RouteText {
  private RouteText() {}

  /** Of all files that were named before. */
  static String ofThese(long storeCopiedFiles, long storeCopiedBytes) {
    return "%,d files, %s of these, which do not pass through here"
        .formatted(storeCopiedFiles, Progress.size(storeCopiedBytes));
  }

  /** Of one table; metadata is always streamed. */
  static String of(long storeCopiedFiles, long storeCopiedBytes) {
    return storeCopiedFiles == 0
        ? "streamed"
        : "store copy of %,d files, %s"
            .formatted(storeCopiedFiles, Progress.size(storeCopiedBytes));
  }

  /** Of all tables that a plan places files of; nothing where the store copies none of them. */
  static String of(RestoreSummary plan) {
    if (isAllStreamed(plan)) {
      return "";
    }
    TextTable table = new TextTable(Column.text("TARGET"), Column.text("ROUTE"));
    plan.tables()
        .forEach(one -> row(table, one.target(), one.storeCopiedFiles(), one.storeCopiedBytes()));
    plan.replaced()
        .forEach(one -> row(table, one.target(), one.storeCopiedFiles(), one.storeCopiedBytes()));
    plan.appended()
        .forEach(one -> row(table, one.target(), one.storeCopiedFiles(), one.storeCopiedBytes()));
    return "\n" + table;
  }

  static boolean isAllStreamed(RestoreSummary plan) {
    return plan.storeCopiedFiles() == 0
        && plan.appended().stream().allMatch(one -> one.storeCopiedFiles() == 0);
  }

  private static void row(TextTable table, TableName target, long files, long bytes) {
    table.row(target.toString(), of(files, bytes));
  }
}
