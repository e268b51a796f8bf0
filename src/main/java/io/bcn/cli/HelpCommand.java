package io.bcn.cli;

import java.util.List;
import java.util.Optional;

/** {@code help}: all verbs, or one with its options. */
final class HelpCommand implements Command {
  private static final String SCHEMA_VERSION = "1";

  private final Commands commands;

  HelpCommand(Commands commands) {
    this.commands = commands;
  }

  /** The JSON form. */
  record Document(String schemaVersion, List<Verb> verbs) {}

  /** One verb of it. */
  record Verb(String verb, String summary, List<Option> options) {
    static Verb of(Usage usage) {
      return new Verb(
          usage.verb(), usage.summary(), usage.flags().stream().map(Option::of).toList());
    }
  }

  /** One option of a verb; a switch has no value. */
  record Option(String name, Optional<String> value, boolean repeatable, String help) {
    static Option of(Flag flag) {
      return new Option(
          flag.name(),
          Optional.of(flag.value()).filter(value -> flag.takesValue()),
          flag.kind() == Flag.Kind.VALUES,
          flag.help());
    }
  }

  @Override
  public Usage usage() {
    return new Usage(
        "help",
        "Explain bcn, or one verb",
        "'bcn help VERB' is the same as 'bcn VERB --help'.",
        List.of(),
        Arguments.Positional.ONE,
        List.of("bcn help", "bcn help restore"));
  }

  @Override
  public Result run(Invocation invocation) {
    Optional<String> verb = invocation.arguments().positional().stream().findFirst();
    if (verb.isEmpty()) {
      List<Usage> usages = commands.listed().stream().map(Command::usage).toList();
      return Result.done(
          new Document(SCHEMA_VERSION, usages.stream().map(Verb::of).toList()),
          HelpText.overview(usages));
    }
    Usage usage =
        verb.flatMap(commands::named).orElseThrow(() -> commands.noSuchVerb(verb.get())).usage();
    return Result.done(new Document(SCHEMA_VERSION, List.of(Verb.of(usage))), HelpText.of(usage));
  }
}
