package io.bcn.cli;

import io.bcn.cli.Flag.Kind;
import io.bcn.errors.BcnException;
import io.bcn.errors.NearNames;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * Reads the words after the verb.
 *
 * <p>Strict: nothing that it does not know, no shortened flag, no second value for a flag that
 * takes one. Each failure is USAGE and names the word as it was given.
 */
final class ArgumentParser {
  private static final List<String> OF_SPARK_SUBMIT =
      List.of("--conf", "--properties-file", "--master", "--deploy-mode", "--packages", "--jars");

  private final Usage usage;
  private final Commands commands;

  ArgumentParser(Usage usage, Commands commands) {
    this.usage = usage;
    this.commands = commands;
  }

  Arguments parse(List<String> words) {
    CommandLine line = line(words);
    Map<Flag, List<String>> values = new LinkedHashMap<>();
    for (Flag flag : usage.flags()) {
      if (line.hasOption(flag.name())) {
        values.put(flag, values(line, flag));
      }
    }
    return new Arguments(values, positional(line));
  }

  private CommandLine line(List<String> words) {
    checkValues(words);
    Options options = new Options();
    for (Flag flag : usage.flags()) {
      String letter = flag.equals(CommonFlags.HELP) ? "h" : null;
      options.addOption(new Option(letter, flag.name(), flag.takesValue(), ""));
    }
    try {
      return DefaultParser.builder()
          .setAllowPartialMatching(false)
          .setStripLeadingAndTrailingQuotes(false)
          .get()
          .parse(options, words.toArray(String[]::new));
    } catch (UnrecognizedOptionException e) {
      throw unknown(e.getOption());
    } catch (MissingArgumentException e) {
      throw withoutValue(usage.flag(e.getOption().getLongOpt()).orElseThrow());
    } catch (ParseException e) {
      throw UsageProblem.of(
          "Cannot read the options of '%s': %s".formatted(usage.verb(), e.getMessage()),
          UsageProblem.helpOn(usage));
    }
  }

  /** commons-cli takes an option that it does not know for the value of the one before. */
  private void checkValues(List<String> words) {
    for (int i = 1; i < words.size(); i++) {
      String before = words.get(i - 1);
      if (words.get(i).startsWith("--")) {
        usage.flags().stream()
            .filter(flag -> flag.takesValue() && flag.toString().equals(before))
            .findFirst()
            .ifPresent(
                flag -> {
                  throw withoutValue(flag);
                });
      }
    }
  }

  private static List<String> values(CommandLine line, Flag flag) {
    if (!flag.takesValue()) {
      return List.of("");
    }
    List<String> values = Arrays.asList(line.getOptionValues(flag.name()));
    if (values.stream().anyMatch(String::isBlank)) {
      throw withoutValue(flag);
    }
    if (flag.kind() == Kind.VALUE && values.size() > 1) {
      throw UsageProblem.flag(
          flag.toString(),
          "it is given %d times ('%s')".formatted(values.size(), String.join("', '", values)),
          "Give it once.");
    }
    return values;
  }

  private List<String> positional(CommandLine line) {
    List<String> words = line.getArgList();
    int allowed = usage.positional() == Arguments.Positional.ONE ? 1 : 0;
    if (words.size() <= allowed) {
      return words;
    }
    String word = words.get(allowed);
    throw UsageProblem.of(
        "Cannot read argument '%s': '%s' takes options only".formatted(word, usage.verb()),
        usage.flag(word).isPresent()
            ? "Did you mean '--%s'?".formatted(word)
            : "A value stands behind its option, in quotes where it has spaces; "
                + UsageProblem.helpOn(usage));
  }

  private static BcnException withoutValue(Flag flag) {
    return UsageProblem.flag(
        flag.toString(), "its value is missing", "Give it as '%s'.".formatted(flag.shown()));
  }

  private BcnException unknown(String word) {
    String name = word.replaceFirst("=.*", "");
    if (OF_SPARK_SUBMIT.contains(name)) {
      return UsageProblem.flag(
          word,
          "it is spark-submit's",
          "Give it to spark-submit before the jar; bin/bcn takes --conf, --properties-file and"
              + " --master anywhere.");
    }
    if (word.contains("=") && usage.flags().stream().anyMatch(f -> f.toString().equals(name))) {
      return UsageProblem.flag(word, "it takes no value", "Give '%s' alone.".formatted(name));
    }
    List<String> others = commands.verbsWith(name);
    if (!others.isEmpty()) {
      return UsageProblem.flag(
          word,
          "'%s' has no such option; it belongs to '%s'"
              .formatted(usage.verb(), String.join("', '", others)),
          UsageProblem.helpOn(usage));
    }
    return UsageProblem.flag(
        word,
        "'%s' has no such option".formatted(usage.verb()),
        NearNames.question(name, usage.flags()).orElse(UsageProblem.helpOn(usage)));
  }
}
