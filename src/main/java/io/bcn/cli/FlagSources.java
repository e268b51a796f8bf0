package io.bcn.cli;

import io.bcn.cli.Flag.Kind;
import io.bcn.cli.Flag.Origin;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where flags come from that the command line does not give: the environment, then the file that
 * {@code --config} names, then Spark's settings.
 *
 * <p>What belongs to another verb is passed over, as one environment and one file serve all verbs.
 */
final class FlagSources {
  private final Commands commands;
  private final Surroundings surroundings;
  private final Map<String, String> settings;

  FlagSources(Commands commands, Surroundings surroundings) {
    this.commands = commands;
    this.surroundings = surroundings;
    this.settings = SparkSettings.of(surroundings);
  }

  /** A value, and what to call the place where it was found. */
  private record Found(String value, String place) {}

  /** The arguments with all that stands elsewhere. <i>Fails</i> with USAGE. */
  Arguments complete(Usage usage, Arguments onCommandLine) {
    Map<String, String> file =
        onCommandLine
            .value(CommonFlags.CONFIG)
            .or(() -> elsewhere(CommonFlags.CONFIG, Map.of()).map(Found::value))
            .map(path -> ConfigFile.read(path, commands))
            .orElse(Map.of());
    Map<Flag, List<String>> values = new LinkedHashMap<>(onCommandLine.values());
    for (Flag flag : usage.flags()) {
      if (!values.containsKey(flag) && flag.origin() == Origin.ANYWHERE) {
        elsewhere(flag, file).ifPresent(found -> put(values, flag, found));
      }
    }
    return new Arguments(values, onCommandLine.positional());
  }

  private Optional<Found> elsewhere(Flag flag, Map<String, String> file) {
    return found(surroundings.environment(), flag.environmentVariable(), "")
        .or(() -> found(file, flag.name(), " of the --config file"))
        .or(() -> found(settings, flag.sparkSetting(), " of Spark's configuration"));
  }

  /**
   * An empty value counts as none, as shells have no other way to unset a variable for one command.
   */
  private static Optional<Found> found(Map<String, String> source, String key, String of) {
    return Optional.ofNullable(source.get(key))
        .map(String::trim)
        .filter(value -> !value.isEmpty())
        .map(value -> new Found(value, "'" + key + "'" + of));
  }

  private static void put(Map<Flag, List<String>> values, Flag flag, Found found) {
    if (flag.kind() == Kind.VALUES) {
      values.put(flag, Arrays.stream(found.value().split(",", -1)).map(String::trim).toList());
      return;
    }
    if (flag.kind() == Kind.VALUE) {
      values.put(flag, List.of(found.value()));
      return;
    }
    switch (found.value()) {
      case "true" -> values.put(flag, List.of(""));
      case "false" -> {}
      default ->
          throw UsageProblem.flag(
              flag.toString(),
              "%s gives it the value '%s'".formatted(found.place(), found.value()),
              "Set it to true or false.");
    }
  }
}
