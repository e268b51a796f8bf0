package io.bcn.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line that was read: what each flag was given, wherever it was given.
 *
 * @param values by flag; a switch that is on has one empty value
 * @param positional what stands without a flag; only {@code help} takes it
 */
record Arguments(Map<Flag, List<String>> values, List<String> positional) {

  /** Whether a verb takes words without a flag. */
  enum Positional {
    NONE,
    ONE
  }

  Arguments {
    values = Map.copyOf(values);
    positional = List.copyOf(positional);
  }

  Optional<String> value(Flag flag) {
    return values(flag).stream().findFirst();
  }

  List<String> values(Flag flag) {
    return values.getOrDefault(flag, List.of());
  }

  boolean has(Flag flag) {
    return values.containsKey(flag);
  }
}
