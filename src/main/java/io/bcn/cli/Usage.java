package io.bcn.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a verb takes, for the parser and for people.
 *
 * @param summary one line, a verb first
 * @param description what a user should know before the first use
 * @param examples each a whole command line
 */
record Usage(
    String verb,
    String summary,
    String description,
    List<Group> groups,
    Arguments.Positional positional,
    List<String> examples) {

  /** Flags that belong together in the help. */
  record Group(String title, List<Flag> flags) {
    static Group of(String title, Flag... flags) {
      return new Group(title, List.of(flags));
    }
  }

  Usage {
    groups = Stream.concat(groups.stream(), Stream.of(CommonFlags.GROUP)).toList();
    examples = List.copyOf(examples);
  }

  Usage(
      String verb, String summary, String description, List<Group> groups, List<String> examples) {
    this(verb, summary, description, groups, Arguments.Positional.NONE, examples);
  }

  List<Flag> flags() {
    return groups.stream().flatMap(group -> group.flags().stream()).toList();
  }

  Optional<Flag> flag(String name) {
    return flags().stream().filter(flag -> flag.name().equals(name)).findFirst();
  }
}
