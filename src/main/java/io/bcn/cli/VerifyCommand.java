package io.bcn.cli;

import io.bcn.copy.Progress;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.verify.Level;
import io.bcn.verify.Subset;
import io.bcn.verify.Verification;
import io.bcn.verify.VerifyRequest;
import io.bcn.verify.VerifySummary;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code verify}: is everything that PITs need still there, and as it was stored? */
final class VerifyCommand implements Command {
  private static final Flag PIT =
      Flag.one(
          "pit",
          "PIT",
          "Only what this PIT needs: its id, an ISO-8601 instant (the newest complete PIT at or before"
              + " it), or latest. Default: all PITs.");
  private static final Flag LEVEL =
      Flag.one(
          "level",
          "exists|checksum|restore",
          "exists (the default): each object is there with its length. checksum: each byte is read,"
              + " and compared by SHA-256. restore: each table is opened from the repository, and every"
              + " row of every snapshot read, without a catalog.");
  private static final Flag SUBSET =
      Flag.one(
          "subset",
          "N/M|X%",
          "With --level checksum or restore: only the Nth of M equal parts of the objects, always the"
              + " same ones, or X percent of them. With restore it divides the data files.");

  @Override
  public Usage usage() {
    return new Usage(
        "verify",
        "Look for damage: is all that PITs need still there",
        "Looks at each object once, whatever number of PITs needs it. What is damaged is named with the"
            + " tables and PITs that it hits, with exit code 24. Documents are compared with their"
            + " digests at each level; objects whose bytes changed and whose length did not are found by"
            + " checksum and restore only. Writes nothing to the repository, and may run beside a backup.",
        List.of(
            Usage.Group.of("What to look at", CommonFlags.REPO, PIT),
            Usage.Group.of("How", LEVEL, SUBSET, CommonFlags.QUIET)),
        List.of(
            "bcn verify --repo /backups/prod",
            "bcn verify --repo /backups/prod --pit latest --level checksum",
            "bcn verify --repo /backups/prod --level checksum --subset 3/7",
            "bcn verify --repo /backups/prod --pit latest --level restore"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Level level = level(arguments);
    Subset subset = subset(arguments, level);
    // All that can be refused without Spark is refused before Spark starts.
    Storage storage = invocation.storage(SparkSessions.settingsNow(invocation.surroundings()));
    Repository repository = Repository.open(storage);
    Optional<PitId> pit = arguments.value(PIT).map(repository::select).map(CommittedPit::pit);
    try (SparkSessions spark = SparkSessions.open("verify", invocation.surroundings());
        StatusLine status = StatusLine.of(invocation)) {
      VerifySummary summary =
          new Verification(spark.session(), new Progress(spark.session(), status))
              .run(new VerifyRequest(repository, pit, level, subset));
      return new Result(
          summary.isIntact() ? 0 : ErrorCode.DAMAGED.exitCode(), summary, VerifyText.of(summary));
    }
  }

  private static Level level(Arguments arguments) {
    String given = arguments.value(LEVEL).orElse("exists").toLowerCase(Locale.ROOT);
    return switch (given) {
      case "exists" -> Level.EXISTS;
      case "checksum" -> Level.CHECKSUM;
      case "restore" -> Level.RESTORE;
      default ->
          throw UsageProblem.flag(
              LEVEL.toString(),
              "'%s' is no level".formatted(given),
              "Choose exists, checksum or restore.");
    };
  }

  private static Subset subset(Arguments arguments, Level level) {
    Subset subset = arguments.value(SUBSET).map(Subset::parse).orElse(Subset.ALL);
    if (arguments.has(SUBSET) && level == Level.EXISTS) {
      throw UsageProblem.flag(
          SUBSET.toString(),
          "it divides the reading, and --level exists reads no objects",
          "Add --level checksum or restore, or leave --subset out.");
    }
    return subset;
  }
}
