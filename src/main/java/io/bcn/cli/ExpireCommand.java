package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.repository.Repository;
import io.bcn.retention.Expiry;
import io.bcn.retention.ExpiryRequest;
import io.bcn.retention.ExpirySummary;
import io.bcn.retention.KeepRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** {@code expire}: which PITs exist, and nothing else. */
final class ExpireCommand implements Command {
  private static final Map<KeepRules.Rule, Flag> COUNTS = counts();
  private static final Flag WITHIN =
      Flag.one(
          "keep-within",
          "DURATION",
          "Keep all that are at most that much older than the newest, like 36h or 30d.");
  private static final Flag LOST =
      Flag.toggle(
              "lost",
              "Also give up PITs whose manifest is lost, so that 'bcn gc' can tell garbage again. Try"
                  + " 'bcn repair --objects --from COPY' first: it may bring them back.")
          .onlyOnTheCommandLine();
  private static final int HIGHEST = 100_000;

  private static Map<KeepRules.Rule, Flag> counts() {
    Map<KeepRules.Rule, String> help =
        Map.of(
            KeepRules.Rule.LAST, "Keep the newest N.",
            KeepRules.Rule.HOURLY,
                "Keep the newest of each hour, for the last N hours that have one.",
            KeepRules.Rule.DAILY, "The same for days (UTC).",
            KeepRules.Rule.WEEKLY, "The same for weeks, which begin on Mondays.",
            KeepRules.Rule.MONTHLY, "The same for months.",
            KeepRules.Rule.YEARLY, "The same for years.");
    Map<KeepRules.Rule, Flag> flags = new EnumMap<>(KeepRules.Rule.class);
    help.forEach((rule, text) -> flags.put(rule, Flag.one(rule.flag(), "N", text)));
    return flags;
  }

  @Override
  public Usage usage() {
    List<Flag> rules = new ArrayList<>(COUNTS.values());
    rules.add(WITHIN);
    return new Usage(
        "expire",
        "End PITs that no rule keeps",
        "A PIT stays if at least one rule keeps it. The rules count complete PITs. Whatever they say,"
            + " these stay: the newest complete PIT and all newer ones, the newest that has tables, and"
            + " what 'bcn hold' holds. An expired PIT can't be restored any more. Its bytes stay until 'bcn"
            + " gc'. Does not run beside a backup (exit code 21).",
        List.of(
            Usage.Group.of("Repository", CommonFlags.REPO),
            new Usage.Group("Which PITs stay, at least one of", rules),
            Usage.Group.of("How", LOST, CommonFlags.DRY_RUN)),
        List.of(
            "bcn expire --repo /backups/prod --keep-within 2d --keep-daily 14 --keep-monthly 12 --dry-run",
            "bcn expire --repo /backups/prod --keep-last 30"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    KeepRules rules = rules(arguments);
    Repository repository = invocation.repository();
    ExpirySummary summary =
        new Expiry(invocation.surroundings().clock())
            .run(
                new ExpiryRequest(
                    repository,
                    rules,
                    arguments.has(LOST)
                        ? ExpiryRequest.LostPits.GIVEN_UP
                        : ExpiryRequest.LostPits.LEFT_ALONE,
                    arguments.has(CommonFlags.DRY_RUN)
                        ? ExpiryRequest.Action.PLAN_ONLY
                        : ExpiryRequest.Action.EXPIRE,
                    BackupCommand.LEASE));
    return Result.done(summary, text(summary));
  }

  private static KeepRules rules(Arguments arguments) {
    Map<KeepRules.Rule, Integer> counts = new EnumMap<>(KeepRules.Rule.class);
    COUNTS.forEach(
        (rule, flag) ->
            arguments.value(flag).ifPresent(text -> counts.put(rule, count(flag, text))));
    Duration within =
        arguments
            .value(WITHIN)
            .map(text -> GivenDuration.parse(WITHIN, text))
            .orElse(Duration.ZERO);
    KeepRules rules = new KeepRules(counts, within);
    if (rules.isEmpty()) {
      throw UsageProblem.of(
          "Cannot expire PITs: no rule says which ones stay",
          "Give at least one, like --keep-daily 14; with --dry-run you see what it keeps.");
    }
    return rules;
  }

  private static int count(Flag flag, String text) {
    if (!text.matches("\\d{1,6}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > HIGHEST) {
      throw UsageProblem.flag(
          flag.toString(),
          "'%s' is no number from 1 to %d".formatted(text, HIGHEST),
          "Leave it out where the rule is to keep nothing.");
    }
    return Integer.parseInt(text);
  }

  private static String text(ExpirySummary summary) {
    StringBuilder text = new StringBuilder();
    text.append("Repository  %s%n".formatted(summary.repository()));
    text.append(
        "PITs        %,d %s, %,d %s%n"
            .formatted(
                summary.kept(),
                summary.dryRun() ? "would stay" : "stay",
                summary.expired(),
                summary.dryRun() ? "would be expired" : "expired"));
    summary.warnings().forEach(warning -> text.append("Warning     %s%n".formatted(warning)));
    text.append(summary.pits().isEmpty() ? "" : "\n").append(pits(summary));
    if (summary.expired() > 0 && !summary.dryRun()) {
      text.append("%n'bcn gc' gives back what only they reached.%n".formatted());
    }
    return text.toString();
  }

  private static TextTable pits(ExpirySummary summary) {
    TextTable table =
        new TextTable(
            Column.text("PIT"),
            Column.text("COMPLETE"),
            Column.number("TABLES"),
            Column.text("DECISION"),
            Column.text("WHY"));
    for (ExpirySummary.Decided pit : summary.pits()) {
      table.row(
          pit.pit().toString(),
          pit.complete() ? "yes" : "no",
          TextTable.count(pit.tables()),
          pit.decision().name(),
          String.join("; ", pit.reasons()));
    }
    return table;
  }
}
