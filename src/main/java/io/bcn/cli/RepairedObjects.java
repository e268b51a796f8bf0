package io.bcn.cli;

import io.bcn.copy.Progress;
import io.bcn.repair.ObjectRepair;
import io.bcn.repair.ObjectRepairRequest;
import io.bcn.repair.ObjectRepairSummary;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import io.bcn.verify.Level;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code repair --objects}, and what it prints. */
record RepairedObjects(ObjectRepairSummary summary, boolean dryRun) {
  private static final int SHOWN = 20;

  static RepairedObjects of(
      Invocation invocation, Optional<String> from, Optional<String> levelText) {
    Level level = level(levelText.orElse("checksum").toLowerCase(Locale.ROOT));
    boolean dryRun = invocation.arguments().has(CommonFlags.DRY_RUN);
    // All that can be refused without Spark is refused before Spark starts.
    Map<String, String> settings = SparkSessions.settingsNow(invocation.surroundings());
    Storage storage = invocation.storage(settings);
    Repository repository = Repository.open(storage);
    Optional<Storage> other = from.map(text -> StorageLocation.parse(text).open(settings));
    other.ifPresent(Repository::open);
    try (SparkSessions spark = SparkSessions.open("repair", invocation.surroundings());
        StatusLine status = StatusLine.of(invocation)) {
      ObjectRepairRequest request =
          new ObjectRepairRequest(
              repository,
              level,
              other
                  .<ObjectRepairRequest.From>map(ObjectRepairRequest.Other::new)
                  .orElseGet(ObjectRepairRequest.Source::new),
              spark.settings(),
              dryRun ? ObjectRepairRequest.Action.PLAN_ONLY : ObjectRepairRequest.Action.REPAIR,
              BackupCommand.LEASE);
      Progress progress = new Progress(spark.session(), status);
      return new RepairedObjects(
          new ObjectRepair(spark.session(), progress, invocation.surroundings().clock())
              .run(request),
          dryRun);
    }
  }

  private static Level level(String text) {
    return switch (text) {
      case "exists" -> Level.EXISTS;
      case "checksum" -> Level.CHECKSUM;
      default ->
          throw UsageProblem.flag(
              "--level",
              "'%s' is no level of repair".formatted(text),
              "Choose exists or checksum.");
    };
  }

  boolean isWhole() {
    return summary.lost().isEmpty()
        && summary.damagedPits().isEmpty()
        && summary.untriedObjects() == 0;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    if (summary.mended().isEmpty() && isWhole()) {
      return "No object is missing or damaged.%n".formatted();
    }
    text.append(
        "%s %,d objects from %s%n"
            .formatted(dryRun ? "Would take" : "Took", summary.mended().size(), summary.from()));
    summary.lost().stream()
        .limit(SHOWN)
        .forEach(
            lost ->
                text.append(
                    "Lost: %s (%s, %s): %s%n"
                        .formatted(lost.object(), lost.kind(), lost.problem(), lost.reason())));
    if (summary.lost().size() > SHOWN) {
      text.append("and %,d more%n".formatted(summary.lost().size() - SHOWN));
    }
    summary
        .damagedPits()
        .forEach(
            pit ->
                text.append(
                    "PIT %s has lost %s; all else of it is whole%n"
                        .formatted(
                            pit.pit(),
                            pit.tables().stream()
                                .limit(SHOWN)
                                .map(Object::toString)
                                .collect(Collectors.joining(", ")))));
    if (summary.untriedObjects() > 0) {
      text.append(
          "%,d more objects are damaged, too many for one run: put the repository back from a copy%n"
              .formatted(summary.untriedObjects()));
      return text.toString();
    }
    text.append("%,d PITs are whole%n".formatted(summary.wholePits().size()));
    return text.toString();
  }
}
