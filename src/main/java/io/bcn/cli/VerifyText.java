package io.bcn.cli;

import io.bcn.copy.Progress;
import io.bcn.format.PitId;
import io.bcn.verify.Finding;
import io.bcn.verify.Level;
import io.bcn.verify.VerifySummary;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code verify} prints for people. */
final class VerifyText {
  private static final int NAMES_SHOWN = 5;

  private VerifyText() {}

  static String of(VerifySummary summary) {
    StringBuilder text = new StringBuilder();
    line(text, "Repository", summary.repository());
    line(text, "Level", level(summary));
    line(text, "PITs", pits(summary.pits()));
    line(text, "Objects", "%,d, %s".formatted(summary.objects(), Progress.size(summary.bytes())));
    if (summary.level() == Level.RESTORE) {
      VerifySummary.Opened opened = summary.opened();
      line(
          text,
          "Opened",
          "%,d table states, %,d snapshots; %,d rows in %,d data files, %,d after deletes"
              .formatted(
                  opened.states(),
                  opened.snapshots(),
                  opened.rows(),
                  opened.dataFiles(),
                  opened.visibleRows()));
    }
    summary.notices().forEach(notice -> line(text, "Notice", notice));
    line(text, "Damaged", damaged(summary));
    summary.damaged().forEach(finding -> finding(text, finding));
    if (summary.findings() > summary.damaged().size()) {
      text.append(
          "%nOnly the first %,d of %,d are named.%n"
              .formatted(summary.damaged().size(), summary.findings()));
    }
    return text.toString();
  }

  private static String level(VerifySummary summary) {
    String level = summary.level().name().toLowerCase(Locale.ROOT);
    if (summary.level() == Level.EXISTS) {
      return level + " (the bytes of objects are not compared)";
    }
    return summary.subset().equals("100%") ? level : level + " of " + summary.subset();
  }

  private static String damaged(VerifySummary summary) {
    if (summary.isIntact()) {
      return "nothing";
    }
    return "%,d objects: %s"
        .formatted(
            summary.findings(),
            summary.byProblem().entrySet().stream()
                .map(entry -> "%,d %s".formatted(entry.getValue(), entry.getKey().words()))
                .collect(Collectors.joining(", ")));
  }

  private static void finding(StringBuilder text, Finding finding) {
    text.append("\n%s %s%n".formatted(finding.problem(), finding.object()));
    line(text, "  what", what(finding));
    line(text, "  why", finding.message());
    line(text, "  tables", finding.tables().isEmpty() ? "all of the PIT" : some(finding.tables()));
    line(text, "  PITs", pits(finding.pits()));
    line(text, "  hint", finding.hint());
  }

  private static String what(Finding finding) {
    return finding.location().isEmpty()
        ? finding.kind()
        : "%s, of '%s'".formatted(finding.kind(), finding.location());
  }

  private static String pits(List<PitId> pits) {
    if (pits.size() < 2) {
      return pits.isEmpty() ? "0" : pits.get(0).toString();
    }
    return "%,d, from %s to %s".formatted(pits.size(), pits.get(0), pits.get(pits.size() - 1));
  }

  private static String some(List<String> names) {
    String shown = names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "));
    return names.size() <= NAMES_SHOWN
        ? shown
        : "%s and %,d more".formatted(shown, names.size() - NAMES_SHOWN);
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append("%-11s %s%n".formatted(label, value));
  }
}
