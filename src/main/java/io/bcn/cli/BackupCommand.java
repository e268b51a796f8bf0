package io.bcn.cli;

import io.bcn.backup.Backup;
import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupRequest.Action;
import io.bcn.backup.BackupRequest.Consistency;
import io.bcn.backup.BackupRequest.EmptySources;
import io.bcn.backup.BackupRequest.Reuse;
import io.bcn.backup.BackupRequest.RunId;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Scope;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.table.RowFilter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code backup}. */
final class BackupCommand implements Command {
  static final Flag CATALOG =
      Flag.one("catalog", "NAME", "The Spark catalog. Alone: back up all of it.");
  static final Flag DATABASE =
      Flag.one("database", "NAME", "Back up this database of the catalog only.");
  static final Flag TABLE =
      Flag.one("table", "NAME", "Back up this table only; with --database, or as DATABASE.TABLE.");
  private static final Flag FULL =
      Flag.toggle("full", "Copy every file again, even those that an earlier PIT has stored.");
  private static final Flag CONDENSE =
      Flag.toggle(
          "condense",
          "List every file of every table anew, by the objects that are stored already; once older PITs"
              + " have expired, 'bcn gc' gives back all that the tables have dropped. Else a table is"
              + " condensed after sixteen changes.");
  private static final Flag STRICT =
      Flag.toggle(
          "strict",
          "Fail (exit code 29) where the source changes too fast for one consistent moment; without"
              + " it the time that the states span is recorded.");
  private static final Flag ALLOW_EMPTY =
      Flag.toggle(
          "allow-empty",
          "Record that everything was deleted, where the catalog has no database left or is configured"
              + " otherwise than before; without it that is refused, for it is often a wrong"
              + " configuration.");
  private static final Flag RUN_ID =
      Flag.one(
          "run-id",
          "ID",
          "Name the run. The same id again returns the finished run's result instead of running twice;"
              + " for schedulers that retry.");
  private static final Flag WHERE =
      Flag.one(
          "where",
          "FILTER",
          "Back up the rows of one table that match, like \"day >= DATE'2026-01-01' AND region ="
              + " 'eu'\", by columns that it is partitioned by. Locked by the first backup; later"
              + " ones keep it.");

  /**
   * A lease is renewed at a quarter of this; a holder that is silent for so long is taken for dead.
   */
  static final Duration LEASE = Duration.ofMinutes(10);

  private static final int LONGEST_RUN_ID = 200;

  @Override
  public Usage usage() {
    return new Usage(
        "backup",
        "Back up a catalog, a database or a table",
        "The first backup creates the repository and locks what it holds: a catalog, one database of"
            + " it, or one table. Later backups need only --repo, store only what changed, and each"
            + " makes a PIT, a state of the whole scope that can be restored. A table that cannot be"
            + " read leaves the PIT incomplete (exit code 3).",
        List.of(
            Usage.Group.of("What to back up", CommonFlags.REPO, CATALOG, DATABASE, TABLE, WHERE),
            Usage.Group.of(
                "How",
                FULL,
                CONDENSE,
                STRICT,
                ALLOW_EMPTY,
                RUN_ID,
                CommonFlags.DRY_RUN,
                CommonFlags.QUIET)),
        List.of(
            "bcn backup --repo hdfs://nn/backups/prod --catalog prod --properties-file prod.conf",
            "bcn backup --repo /backups/orders --catalog prod --database sales --table orders",
            "bcn backup --repo /backups/orders --dry-run"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    RunId runId = runId(arguments);
    Reuse reuse = reuse(arguments);
    Optional<RowFilter> filter = arguments.value(WHERE).map(RowFilter::parse);
    GivenScope given = GivenScope.of(arguments);
    // All that can be refused without Spark is refused before Spark starts.
    Storage storage = invocation.storage(SparkSessions.settingsNow(invocation.surroundings()));
    Optional<Scope> scope = given.in(storage);
    Optional<Repository> existing = Repository.find(storage);
    scope.ifPresent(wanted -> existing.ifPresent(found -> found.checked(wanted)));
    filter.ifPresent(wanted -> existing.ifPresent(found -> found.checkedCoverage(wanted.text())));
    try (SparkSessions spark = SparkSessions.open("backup", invocation.surroundings());
        StatusLine status = StatusLine.of(invocation)) {
      BackupRequest request =
          new BackupRequest(
              storage,
              scope,
              filter,
              reuse,
              arguments.has(CommonFlags.DRY_RUN) ? Action.PLAN_ONLY : Action.BACK_UP,
              arguments.has(STRICT) ? Consistency.STRICT : Consistency.BEST_EFFORT,
              arguments.has(ALLOW_EMPTY) ? EmptySources.RECORDED : EmptySources.REFUSED,
              runId,
              spark.settings(),
              LEASE);
      Progress progress = new Progress(spark.session(), status);
      BackupSummary summary =
          new Backup(spark.session(), progress, invocation.surroundings().clock()).run(request);
      return new Result(
          summary.complete() ? 0 : ErrorCode.PARTIAL.exitCode(), summary, BackupText.of(summary));
    }
  }

  private static Reuse reuse(Arguments arguments) {
    if (arguments.has(FULL) && arguments.has(CONDENSE)) {
      throw UsageProblem.of(
          "Cannot use %s with %s: a full backup lists every file anew anyway"
              .formatted(CONDENSE, FULL),
          "Leave one of them out.");
    }
    if (arguments.has(CONDENSE)) {
      return Reuse.CONDENSED;
    }
    return arguments.has(FULL) ? Reuse.NOTHING : Reuse.PARENT;
  }

  private static RunId runId(Arguments arguments) {
    Optional<String> given = arguments.value(RUN_ID);
    given
        .filter(id -> id.length() > LONGEST_RUN_ID || id.chars().anyMatch(Character::isISOControl))
        .ifPresent(
            id -> {
              throw UsageProblem.flag(
                  RUN_ID.toString(),
                  "it is longer than %d characters or holds a control character"
                      .formatted(LONGEST_RUN_ID),
                  "Give a short name, like the scheduler's id of the run.");
            });
    return given
        .map(id -> new RunId(id, RunId.Origin.GIVEN))
        .orElseGet(() -> new RunId(UUID.randomUUID().toString(), RunId.Origin.GENERATED));
  }
}
