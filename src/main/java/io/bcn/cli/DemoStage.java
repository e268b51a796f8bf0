package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Where the demo plays: what runs here is printed first, as a reader can type it, and what comes of
 * it follows.
 *
 * <p>It prints while it runs, unlike the other verbs, whose results {@link Report} prints.
 */
final class DemoStage {
  private static final int WIDTH = 100;

  private final SparkSession spark;
  private final DemoCatalogs catalogs;
  private final Surroundings surroundings;
  private final PrintStream out;
  private int chapters;

  /**
   * @param surroundings of the verbs that run here; its stdout has all of the play
   */
  DemoStage(SparkSession spark, DemoCatalogs catalogs, Surroundings surroundings) {
    this.spark = spark;
    this.catalogs = catalogs;
    this.surroundings = surroundings;
    this.out = surroundings.out();
  }

  SparkSession spark() {
    return spark;
  }

  void chapter(String title) {
    chapters++;
    print("\n── %d. %s %s\n".formatted(chapters, title, "─".repeat(WIDTH - 7 - title.length())));
  }

  /** Prints lines as they are. */
  void say(String... lines) {
    print("\n" + String.join("\n", lines) + "\n");
  }

  /** Runs statements of Spark SQL. */
  void sql(DemoScript script) {
    print("\n");
    for (DemoScript.Part part : script.parts()) {
      print(part.text());
      spark.sql(part.statement()).collectAsList();
    }
  }

  /** Prints a command of the shell and its output; the caller does what it says. */
  void shell(String output, String... words) {
    print("\n$ " + folded(Arrays.asList(words)) + "\n" + output);
  }

  /** Runs a verb that needs no Spark. <i>Fails</i> as it does, or where its exit code is not 0. */
  Result bcn(String... words) {
    return bcn(List.of(words), List.of());
  }

  /** Runs a verb that needs Spark: a reader would have to name the file of its settings. */
  Result bcnOnSpark(String... words) {
    return bcn(List.of(words), List.of("--properties-file", catalogs.file().toString()));
  }

  private Result bcn(List<String> words, List<String> forSpark) {
    List<String> shown = new ArrayList<>(List.of("bin/bcn"));
    shown.addAll(words);
    shown.addAll(forSpark);
    shell("", shown.toArray(String[]::new));
    Result result = Commands.all().invocation(words, surroundings).run();
    print(result.text());
    if (result.exitCode() != 0) {
      throw new BcnException(
          ErrorCode.FAILED,
          "Cannot go on after '%s': its exit code is %d"
              .formatted(String.join(" ", shown), result.exitCode()),
          "Run the demo with --keep DIR, and the command again on what it leaves there.");
    }
    return result;
  }

  /** Broken between options where it is too long for a line. */
  private static String folded(List<String> words) {
    StringBuilder text = new StringBuilder();
    int column = 2;
    for (int i = 0; i < words.size(); i++) {
      String word = quoted(words.get(i));
      String value = word.startsWith("--") && i + 1 < words.size() ? quoted(words.get(i + 1)) : "";
      if (word.startsWith("--") && column + word.length() + value.length() + 4 > WIDTH) {
        text.append(" \\\n    ");
        column = 4;
      } else if (i > 0) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
    }
    return text.toString();
  }

  /** As the shell wants it, where a folder's name has a space. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private void print(String text) {
    out.print(text);
    out.flush();
  }
}
