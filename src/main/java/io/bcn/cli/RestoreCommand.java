package io.bcn.cli;

import io.bcn.copy.Progress;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.repository.Repository;
import io.bcn.restore.Restore;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreRequest.Action;
import io.bcn.restore.RestoreRequest.Contents;
import io.bcn.restore.RestoreRequest.IfExists;
import io.bcn.restore.RestoreRequest.Partial;
import io.bcn.restore.RestoreRequest.Selection;
import io.bcn.restore.RestoreRequest.Target;
import io.bcn.restore.RestoreRequest.Uuids;
import io.bcn.restore.RestoreSummary;
import io.bcn.storage.Storage;
import java.util.List;
import java.util.Locale;

/** {@code restore}. */
final class RestoreCommand implements Command {
  private static final Flag TARGET_CATALOG =
      Flag.one(
          "target-catalog",
          "NAME",
          "The Spark catalog to restore into; default: the backed-up one.");
  private static final Flag TARGET_DATABASE =
      Flag.one(
          "target-database", "NAME", "Restore into this database instead of each table's own.");
  private static final Flag TARGET_TABLE =
      Flag.one("target-table", "NAME", "A new name, where exactly one table is restored.");
  private static final Flag TARGET_LOCATION =
      Flag.one(
          "target-location",
          "URI",
          "The folder that gets <database>/<table> for each table; default: where the catalog puts it.");
  private static final Flag IF_EXISTS =
      Flag.one(
          "if-exists",
          "fail|skip|replace|append",
          "What about a target table that exists: fail (the default) before anything is written,"
              + " skip it, replace it by the PIT's state if nobody changes it meanwhile, or append: add"
              + " the rows of the PIT's current snapshot to it, columns matched by field id and then"
              + " by name.");
  private static final Flag KEEP_UUID =
      Flag.toggle(
          "keep-uuid",
          "Keep a table's UUID under another name too, where it would get a new one; not while the"
              + " original lives.");
  private static final Flag ACCEPT_PARTIAL =
      Flag.toggle(
              "accept-partial",
              "Restore a table under its own name though its backup holds only a part of its rows.")
          .onlyOnTheCommandLine();
  private static final Flag SCHEMA_ONLY =
      Flag.toggle(
          "schema-only",
          "The tables without their rows: schemas, partition specs, sort orders and properties, no"
              + " snapshots.");

  @Override
  public Usage usage() {
    return new Usage(
        "restore",
        "Restore a catalog, databases or tables of a PIT",
        "Without a selection, all tables of the PIT are restored. Each is checked against its stored"
            + " digests and is registered in the catalog only when all of its files are in place. A"
            + " table whose backup had failed is named and left out (exit code 3).",
        List.of(
            Usage.Group.of("From", CommonFlags.REPO, CommonFlags.PIT),
            Usage.Group.of(
                "What",
                RestoreSelection.DATABASE,
                RestoreSelection.TABLE,
                RestoreSelection.EXCLUDE,
                RestoreSelection.INCLUDE_DELETED,
                SCHEMA_ONLY),
            Usage.Group.of("Where", TARGET_CATALOG, TARGET_DATABASE, TARGET_TABLE, TARGET_LOCATION),
            Usage.Group.of(
                "How",
                IF_EXISTS,
                KEEP_UUID,
                ACCEPT_PARTIAL,
                CommonFlags.DRY_RUN,
                CommonFlags.QUIET)),
        List.of(
            "bcn restore --repo /backups/prod --dry-run --properties-file prod.conf",
            "bcn restore --repo /backups/prod --pit 2025-10-17T10:00:00Z --database sales \\",
            "    --target-catalog staging",
            "bcn restore --repo /backups/prod --table sales.orders --target-table orders_before"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    IfExists ifExists = ifExists(arguments);
    if (ifExists == IfExists.APPEND && arguments.has(SCHEMA_ONLY)) {
      throw UsageProblem.flag(
          SCHEMA_ONLY.toString(),
          "there would be no rows to append",
          "Leave out --schema-only or --if-exists append.");
    }
    Target target = target(arguments);
    RestoreSelection selection = RestoreSelection.of(arguments);
    String pit = arguments.value(CommonFlags.PIT).orElse("latest");
    // All that can be refused without Spark is refused before Spark starts.
    Storage storage = invocation.storage(SparkSessions.settingsNow(invocation.surroundings()));
    Repository repository = Repository.open(storage);
    Selection chosen = selection.in(repository);
    repository.select(pit);
    try (SparkSessions spark = SparkSessions.open("restore", invocation.surroundings());
        StatusLine status = StatusLine.of(invocation)) {
      spark.refuseSpeculation("restore");
      RestoreRequest request =
          new RestoreRequest(
              storage,
              pit,
              chosen,
              target,
              ifExists,
              arguments.has(KEEP_UUID) ? Uuids.KEPT : Uuids.FRESH_ELSEWHERE,
              arguments.has(SCHEMA_ONLY) ? Contents.SCHEMA_ONLY : Contents.WHOLE,
              arguments.has(ACCEPT_PARTIAL) ? Partial.ACCEPTED : Partial.REFUSED_AT_HOME,
              arguments.has(CommonFlags.DRY_RUN) ? Action.PLAN_ONLY : Action.RESTORE,
              spark.settings());
      Progress progress = new Progress(spark.session(), status);
      RestoreSummary summary = new Restore(spark.session(), progress).run(request);
      return new Result(exitCode(summary), summary, RestoreText.of(summary));
    }
  }

  /** Partial is what was done in part: where nothing was done, the first reason counts. */
  static int exitCode(RestoreSummary summary) {
    if (!summary.failures().isEmpty() && !summary.hasChangedSomething()) {
      return summary.failures().get(0).code().exitCode();
    }
    boolean whole = summary.notInPit().isEmpty() && summary.failures().isEmpty();
    return whole ? 0 : ErrorCode.PARTIAL.exitCode();
  }

  private static Target target(Arguments arguments) {
    return new Target(
        arguments.value(TARGET_CATALOG).map(GivenNames::catalog),
        arguments.value(TARGET_DATABASE).map(DatabaseName::parse),
        arguments.value(TARGET_TABLE).map(RestoreCommand::bareName),
        arguments.value(TARGET_LOCATION).map(RestoreCommand::absolute));
  }

  /** A table at a relative location would be another one in each process that reads it. */
  private static String absolute(String location) {
    if (location.matches("(?s)/.*|[A-Za-z][A-Za-z0-9+.-]*:/.*")) {
      return location;
    }
    throw UsageProblem.flag(
        TARGET_LOCATION.toString(),
        "'%s' is no absolute location".formatted(location),
        "Give a folder as an absolute path, or with its scheme, like hdfs://nn/warehouse.");
  }

  private static String bareName(String table) {
    if (GivenNames.isBare(table)) {
      return DatabaseName.parse(table).levels().get(0);
    }
    throw UsageProblem.flag(
        TARGET_TABLE.toString(),
        "'%s' names a database too".formatted(table),
        "Give the table's name alone, and its database with --target-database.");
  }

  private static IfExists ifExists(Arguments arguments) {
    String given = arguments.value(IF_EXISTS).orElse("fail").toLowerCase(Locale.ROOT);
    return switch (given) {
      case "fail" -> IfExists.FAIL;
      case "skip" -> IfExists.SKIP;
      case "append" -> IfExists.APPEND;
      case "replace" -> IfExists.REPLACE;
      default ->
          throw UsageProblem.flag(
              IF_EXISTS.toString(),
              "'%s' is no choice".formatted(given),
              "Choose fail, skip, replace or append.");
    };
  }
}
