package io.bcn.cli;

import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.repair.ObjectRepairSummary;
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
  private static final Flag OBJECTS =
      Flag.toggle(
          "objects",
          "Look at all stored objects too, take damaged ones again, and mark what is lost. With Spark.");
  private static final Flag FROM =
      Flag.one(
              "from",
              "LOCATION",
              "With --objects: take them from this repository, a copy of this one or one that stored"
                  + " the same files. Default: from the source, through the repository's catalog.")
          .onlyOnTheCommandLine();
  private static final Flag LEVEL =
      Flag.one(
              "level",
              "exists|checksum",
              "With --objects: how closely to look, as 'bcn verify' does; default: checksum. With"
                  + " exists, what an earlier repair marked as lost stays marked.")
          // A setting of this name is verify's, which has one level more.
          .onlyOnTheCommandLine();

  @Override
  public Usage usage() {
    return new Usage(
        "repair",
        "Rebuild what the PITs can tell",
        "Table manifests, lists of deleted objects, databases' metadata, last_pit and a repository"
            + " manifest that is lost are written again from the PIT manifests, where they are"
            + " missing, damaged or out of date. No restore needs them. A PIT manifest that is damaged"
            + " or gone can't be rebuilt: it is named, with exit code 24. Nothing is removed but an"
            + " .in_progress that can't be read. With --objects, objects that are missing or damaged are"
            + " taken again from where they still are byte for byte. PITs and tables that need one which"
            + " is nowhere are named and marked, with exit code 24: latest passes such a PIT over, and"
            + " all else of it can be restored.",
        List.of(
            Usage.Group.of("Repository", CommonFlags.REPO),
            Usage.Group.of(
                "Where manifest.json is lost and the PITs do not tell it",
                CATALOG,
                DATABASE,
                TABLE),
            Usage.Group.of("Stored objects", OBJECTS, FROM, LEVEL),
            Usage.Group.of("How", CommonFlags.DRY_RUN, CommonFlags.QUIET)),
        List.of(
            "bcn repair --repo /backups/prod --dry-run",
            "bcn repair --repo /backups/sales --catalog prod --database sales",
            "bcn repair --repo /backups/prod --objects --properties-file prod.conf",
            "bcn repair --repo /backups/prod --objects --from /mirror/prod"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Optional<Scope> scope = GivenScope.of(arguments, CATALOG, DATABASE, TABLE).whole();
    Optional<RepairedObjects> objects =
        arguments.has(OBJECTS)
            ? Optional.of(
                RepairedObjects.of(invocation, arguments.value(FROM), arguments.value(LEVEL)))
            : withoutObjects(arguments);
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
    boolean isWhole =
        summary.lostPits().isEmpty() && objects.stream().allMatch(RepairedObjects::isWhole);
    String documents = text(summary);
    return new Result(
        isWhole ? 0 : ErrorCode.DAMAGED.exitCode(),
        Document.of(summary, objects.map(RepairedObjects::summary)),
        objects.map(found -> documents + found.text()).orElse(documents));
  }

  private static Optional<RepairedObjects> withoutObjects(Arguments arguments) {
    for (Flag flag : List.of(FROM, LEVEL)) {
      if (arguments.has(flag)) {
        throw UsageProblem.flag(
            flag.toString(), "it is about stored objects", "Add --objects, or leave it out.");
      }
    }
    return Optional.empty();
  }

  /** The JSON form. */
  record Document(
      String schemaVersion,
      String repository,
      boolean dryRun,
      List<RepairSummary.Rebuilt> rebuilt,
      List<PitId> endedClaims,
      List<RepairSummary.Lost> lostPits,
      List<String> notices,
      Optional<ObjectRepairSummary> objects) {
    static Document of(RepairSummary summary, Optional<ObjectRepairSummary> objects) {
      return new Document(
          summary.schemaVersion(),
          summary.repository(),
          summary.dryRun(),
          summary.rebuilt(),
          summary.endedClaims(),
          summary.lostPits(),
          summary.notices(),
          objects);
    }
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
