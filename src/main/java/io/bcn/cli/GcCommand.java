package io.bcn.cli;

import io.bcn.copy.Progress;
import io.bcn.repository.Repository;
import io.bcn.retention.GarbageCollection;
import io.bcn.retention.GcRequest;
import io.bcn.retention.GcSummary;
import io.bcn.storage.Storage;
import java.time.Duration;
import java.util.List;

/** {@code gc}. */
final class GcCommand implements Command {
  private static final Flag GRACE =
      Flag.one(
          "grace",
          "DURATION",
          "Keep what was stored, or expired, more recently, like 36h or 7d; default: 24h. The next"
              + " backup may use what a dead one copied.");
  private static final String DEFAULT_GRACE = "24h";
  private static final int LISTED = 100;

  @Override
  public Usage usage() {
    return new Usage(
        "gc",
        "Remove what no PIT reaches",
        "Dead and failed backups leave objects that no PIT needs. This removes them, and nothing that"
            + " a PIT reaches. It holds the repository like a backup: neither runs while the other"
            + " does (exit code 21). Where a document of a PIT can't be read, nothing is removed (exit"
            + " code 24). 'bcn describe --objects' shows what belongs to which PIT.",
        List.of(
            Usage.Group.of("Repository", CommonFlags.REPO),
            Usage.Group.of("How", GRACE, CommonFlags.DRY_RUN, CommonFlags.QUIET)),
        List.of("bcn gc --repo /backups/prod --dry-run", "bcn gc --repo /backups/prod --grace 7d"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Duration grace = GivenDuration.parse(GRACE, arguments.value(GRACE).orElse(DEFAULT_GRACE));
    // All that can be refused without Spark is refused before Spark starts.
    Storage storage = invocation.storage(SparkSessions.settingsNow(invocation.surroundings()));
    Repository repository = Repository.open(storage);
    try (SparkSessions spark = SparkSessions.open("gc", invocation.surroundings());
        StatusLine status = StatusLine.of(invocation)) {
      GcRequest request =
          new GcRequest(
              repository,
              grace,
              arguments.has(CommonFlags.DRY_RUN)
                  ? GcRequest.Action.PLAN_ONLY
                  : GcRequest.Action.RECLAIM,
              BackupCommand.LEASE,
              LISTED);
      Progress progress = new Progress(spark.session(), status);
      GcSummary summary =
          new GarbageCollection(spark.session(), progress, invocation.surroundings().clock())
              .run(request);
      return Result.done(summary, GcText.of(summary));
    }
  }
}
