package io.bcn.cli;

import io.bcn.errors.ErrorCode;
import io.bcn.format.Scope;
import io.bcn.repository.Repair;
import io.bcn.repository.RepairRequest;
import io.bcn.repository.RepairSummary;
import io.bcn.storage.Storage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code repair}. */
final class RepairCommand implements Command {
  private static final Flag CATALOG =
      Flag.one("catalog", "NAME", "The catalog that the repository is locked to.");
  private static final Flag DATABASE =
      Flag.one("database", "NAME", "The database, where it is locked to one.");
  private static final Flag TABLE =
      Flag.one("table", "NAME", "The table, where it is locked to one.");

  @Override
  public Usage usage() {
    return new Usage(
        "repair",
        "Rebuild what the PITs can tell",
        "Table manifests, lists of deleted objects, databases' metadata, last_pit and a repository"
            + " manifest that is lost are written again from the PIT manifests, where they are"
            + " missing, damaged or out of date. No restore needs them. A PIT manifest that is damaged"
            + " or gone can't be rebuilt: it is named, with exit code 24. Nothing is removed but an"
            + " .in_progress that can't be read.",
        List.of(
            Usage.Group.of("Repository", CommonFlags.REPO),
            Usage.Group.of(
                "Where manifest.json is lost and the PITs do not tell it",
                CATALOG,
                DATABASE,
                TABLE),
            Usage.Group.of("How", CommonFlags.DRY_RUN)),
        List.of(
            "bcn repair --repo /backups/prod --dry-run",
            "bcn repair --repo /backups/sales --catalog prod --database sales"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Optional<Scope> scope = GivenScope.of(arguments, CATALOG, DATABASE, TABLE).whole();
    Storage storage = invocation.storage(SparkSettings.of(invocation.surroundings()));
    RepairRequest request =
        new RepairRequest(
            storage,
            scope,
            arguments.has(CommonFlags.DRY_RUN)
                ? RepairRequest.Action.PLAN_ONLY
                : RepairRequest.Action.REPAIR,
            BackupCommand.LEASE);
    RepairSummary summary = new Repair(request, invocation.surroundings().clock()).run();
    return new Result(
        summary.lostPits().isEmpty() ? 0 : ErrorCode.DAMAGED.exitCode(), summary, text(summary));
  }

  private static String text(RepairSummary summary) {
    StringBuilder text = new StringBuilder();
    String verb = summary.dryRun() ? "Would rebuild" : "Rebuilt";
    summary
        .rebuilt()
        .forEach(
            document ->
                text.append(
                    "%s %s, which was %s%n"
                        .formatted(
                            verb,
                            document.object(),
                            document.problem().name().toLowerCase(Locale.ROOT))));
    summary
        .endedClaims()
        .forEach(
            pit ->
                text.append(
                    "%s PIT %s, whose .in_progress can't be read%n"
                        .formatted(summary.dryRun() ? "Would give up" : "Gave up", pit)));
    summary.notices().forEach(notice -> text.append(notice).append('\n'));
    summary
        .lostPits()
        .forEach(pit -> text.append("PIT %s is lost: %s%n".formatted(pit.pit(), pit.message())));
    return text.isEmpty()
        ? "Repository '%s' needs no repair.%n".formatted(summary.repository())
        : text.toString();
  }
}
