package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.copy.Progress;
import io.bcn.retention.GcSummary;

/** What {@code gc} prints for people. */
final class GcText {
  private GcText() {}

  static String of(GcSummary summary) {
    StringBuilder text = new StringBuilder();
    String verb = summary.dryRun() ? "Would remove" : "Removed";
    line(text, "Repository", summary.repository());
    line(text, "PITs", TextTable.count(summary.pits()));
    line(text, verb, amount(summary.reclaimed()) + " that no PIT reaches");
    line(text, verb, amount(summary.staged()) + " that dead processes had begun to write");
    line(
        text,
        "Kept",
        "%s that no PIT reaches, for they are not older than %s UTC"
            .formatted(amount(summary.young()), UtcTime.text(summary.olderThan())));
    if (!summary.listed().isEmpty()) {
      text.append('\n').append(objects(summary));
    }
    long more = summary.reclaimed().objects() - summary.listed().size();
    text.append(more > 0 ? "and %,d more%n".formatted(more) : "");
    return text.toString();
  }

  private static TextTable objects(GcSummary summary) {
    TextTable table =
        new TextTable(Column.number("BYTES"), Column.text("STORED (UTC)"), Column.text("OBJECT"));
    for (GcSummary.Listed object : summary.listed()) {
      table.row(Progress.size(object.bytes()), UtcTime.text(object.modifiedAt()), object.key());
    }
    return table;
  }

  private static String amount(GcSummary.Amount amount) {
    return "%,d objects, %s".formatted(amount.objects(), Progress.size(amount.bytes()));
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append("%-12s %s%n".formatted(label, value));
  }
}
