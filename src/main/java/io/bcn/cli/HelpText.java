package io.bcn.cli;

import java.util.List;

/** The help as it is printed, 100 columns wide. */
final class HelpText {
  private static final int WIDTH = 100;
  private static final int FLAG_COLUMN = 30;

  private HelpText() {}

  static String overview(List<Usage> usages) {
    StringBuilder text = new StringBuilder();
    text.append("bcn: backup and restore for Iceberg catalogs\n\n");
    text.append("Usage: bcn VERB [options]\n\n");
    usages.forEach(usage -> text.append("  %-10s %s%n".formatted(usage.verb(), usage.summary())));
    text.append("  %-10s %s%n".formatted("--version", new VersionCommand().usage().summary()));
    text.append("\n'bcn help VERB' explains a verb and its options.\n\n");
    paragraph(
        text,
        "An option that is not given is taken from the environment (BCN_REPO for --repo), then from"
            + " the file that --config names (repo=…), then from Spark's configuration"
            + " (spark.bcn.repo). spark-submit's own --conf key=value, --properties-file FILE and"
            + " --master URL may stand anywhere behind bin/bcn's verb.");
    text.append('\n');
    paragraph(
        text,
        "Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 partial, 20 repository missing, 21"
            + " locked, 22 credentials, 23 repository format too new, 24 damage found, 25 not found,"
            + " 26 granularity or scope mismatch, 27 unsupported, 28 the target exists, 29 the source"
            + " kept changing, 30 storage throttled or down, 31 out of space, 32 permission denied, 33"
            + " source files missing, 34 the target changed.");
    return text.toString();
  }

  static String of(Usage usage) {
    StringBuilder text = new StringBuilder();
    text.append("Usage: bcn ").append(usage.verb());
    text.append(usage.positional() == Arguments.Positional.ONE ? " [VERB]" : "");
    text.append(usage.flag(CommonFlags.REPO.name()).isPresent() ? " --repo LOCATION" : "");
    text.append(" [options]\n\n").append(usage.summary()).append(".\n\n");
    paragraph(text, usage.description());
    for (Usage.Group group : usage.groups()) {
      text.append('\n').append(group.title()).append(":\n");
      group.flags().forEach(flag -> flag(text, flag));
    }
    text.append("\nExamples:\n");
    usage.examples().forEach(example -> text.append("  ").append(example).append('\n'));
    return text.toString();
  }

  private static void flag(StringBuilder text, Flag flag) {
    String shown = "  " + flag.shown();
    List<String> lines = wrapped(flag.help(), WIDTH - FLAG_COLUMN);
    if (shown.length() >= FLAG_COLUMN) {
      text.append(shown).append('\n');
      shown = "";
    }
    for (String line : lines) {
      text.append(shown).append(" ".repeat(FLAG_COLUMN - shown.length())).append(line).append('\n');
      shown = "";
    }
  }

  private static void paragraph(StringBuilder text, String words) {
    wrapped(words, WIDTH).forEach(line -> text.append(line).append('\n'));
  }

  private static List<String> wrapped(String words, int width) {
    StringBuilder text = new StringBuilder();
    int column = 0;
    for (String word : words.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > width) {
        text.append('\n');
        column = 0;
      }
      text.append(column == 0 ? "" : " ").append(word);
      column += word.length() + (column == 0 ? 0 : 1);
    }
    return text.toString().lines().toList();
  }
}
