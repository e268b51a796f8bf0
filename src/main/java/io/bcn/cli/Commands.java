package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.NearNames;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All verbs, in the order in which the help lists them. */
final class Commands {
  private final List<Command> all;

  private Commands(List<Command> all) {
    this.all = List.copyOf(all);
  }

  static Commands all() {
    return of(
        new BackupCommand(),
        new ListCommand(),
        new DescribeCommand(),
        new RestoreCommand(),
        new VerifyCommand(),
        new ExpireCommand(),
        HoldCommand.hold(),
        HoldCommand.unhold(),
        new GcCommand(),
        new RepairCommand(),
        new UnlockCommand(),
        new DemoCommand());
  }

  /** These, and {@code help}. */
  static Commands of(Command... commands) {
    return new Commands(List.of(commands));
  }

  /** Reads a whole command line. <i>Fails</i> with USAGE. */
  Invocation invocation(List<String> args, Surroundings surroundings) {
    if (args.isEmpty()) {
      throw UsageProblem.of(
          "Cannot run bcn: no verb says what to do", "The verbs are %s.".formatted(verbs()));
    }
    String first = args.get(0);
    List<String> rest = args.subList(1, args.size());
    if (first.equals("--help") || first.equals("-h")) {
      return invocation(new HelpCommand(this), rest, surroundings);
    }
    if (first.equals("--version")) {
      return invocation(new VersionCommand(), rest, surroundings);
    }
    Invocation invocation =
        invocation(named(first).orElseThrow(() -> noSuchVerb(first)), rest, surroundings);
    if (invocation.arguments().has(CommonFlags.HELP)) {
      return invocation.insteadOf(new HelpCommand(this), first);
    }
    return invocation;
  }

  private Invocation invocation(Command command, List<String> words, Surroundings surroundings) {
    Arguments onCommandLine = new ArgumentParser(command.usage(), this).parse(words);
    // Help comes even where a file of options is broken.
    Arguments arguments =
        onCommandLine.has(CommonFlags.HELP)
            ? onCommandLine
            : new FlagSources(this, surroundings).complete(command.usage(), onCommandLine);
    return new Invocation(command, arguments, surroundings);
  }

  /** The verb of that name. */
  Optional<Command> named(String verb) {
    return listed().stream().filter(command -> command.usage().verb().equals(verb)).findFirst();
  }

  /** All verbs, {@code help} too. */
  List<Command> listed() {
    return Stream.concat(all.stream(), Stream.of(new HelpCommand(this))).toList();
  }

  BcnException noSuchVerb(String verb) {
    if (verb.startsWith("-")) {
      return UsageProblem.of(
          "Cannot run '%s': the verb comes first".formatted(verb),
          "Give it as 'bcn <verb> %s …'; the verbs are %s.".formatted(verb, verbs()));
    }
    List<String> names = listed().stream().map(command -> command.usage().verb()).toList();
    return UsageProblem.of(
        "Cannot run '%s': there is no such verb".formatted(verb),
        NearNames.question(verb, names).orElse("The verbs are %s.".formatted(verbs())));
  }

  /** The verbs that have a flag, given with its dashes. */
  List<String> verbsWith(String flag) {
    return listed().stream()
        .map(Command::usage)
        .filter(usage -> usage.flags().stream().anyMatch(f -> f.toString().equals(flag)))
        .map(Usage::verb)
        .toList();
  }

  private String verbs() {
    return String.join(", ", listed().stream().map(command -> command.usage().verb()).toList());
  }
}
