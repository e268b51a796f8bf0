package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.copy.Progress;
import io.bcn.format.InProgress;
import io.bcn.format.PitId;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.KnownPit;
import io.bcn.repository.LostPit;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import io.bcn.retention.GcSummary;
import io.bcn.retention.ObjectUses;
import io.bcn.retention.ObjectUses.Orphans;
import io.bcn.retention.UseReport;
import io.bcn.storage.Storage;
import java.util.List;
import java.util.Optional;

/** {@code describe --objects}: which stored object belongs to which PITs, and which to none. */
final class ObjectsOfPits {
  static final Flag OBJECTS =
      Flag.toggle(
          "objects",
          "Describe which stored object belongs to which PITs, of all or of one --pit or --table, and"
              + " what no PIT reaches. Reads all inventories, with Spark.");
  static final Flag LIMIT =
      Flag.one("limit", "N", "How many objects --objects names; default: 100.");
  private static final int DEFAULT_LIMIT = 100;
  private static final int HIGHEST_LIMIT = 100_000;

  private final Invocation invocation;

  ObjectsOfPits(Invocation invocation) {
    this.invocation = invocation;
  }

  Result report(Optional<String> pit, Optional<String> tableText) {
    int limit = limit();
    // All that can be refused without Spark is refused before Spark starts.
    Storage storage = invocation.storage(SparkSessions.settingsNow(invocation.surroundings()));
    Repository repository = Repository.open(storage);
    Optional<TableName> table =
        tableText.map(text -> GivenNames.table(text, repository.scope().database()));
    List<PitId> pits =
        pit.map(text -> List.of(repository.select(text).pit())).orElseGet(() -> all(repository));
    try (SparkSessions spark = SparkSessions.open("describe", invocation.surroundings());
        StatusLine status = StatusLine.of(invocation)) {
      new Progress(spark.session(), status).step("Reading what the PITs reach");
      UseReport report =
          new ObjectUses(spark.session())
              .report(
                  new ObjectUses.Request(
                      repository,
                      pits,
                      table,
                      PitClaim.current(repository, invocation.surroundings().clock())
                          .map(InProgress::pitTimestamp)
                          .map(PitId::new),
                      pit.isEmpty() && table.isEmpty() ? Orphans.TOLD : Orphans.LEFT_OUT,
                      limit));
      return Result.done(report, text(report));
    }
  }

  /** All PITs: what only a lost one reaches must not be called an orphan. */
  private static List<PitId> all(Repository repository) {
    return repository.pits().map(pit -> readable(repository, pit)).toList();
  }

  private static PitId readable(Repository repository, KnownPit pit) {
    if (pit instanceof CommittedPit) {
      return pit.pit();
    }
    throw ((LostPit) pit)
        .prevents(
            "tell which PITs need the objects of repository '%s'"
                .formatted(repository.storage().root()),
            "Put its manifest back from a copy of the repository, or ask for one PIT with --pit.");
  }

  private int limit() {
    String text =
        invocation.arguments().value(LIMIT).orElseGet(() -> String.valueOf(DEFAULT_LIMIT));
    if (!text.matches("\\d{1,6}") || Integer.parseInt(text) > HIGHEST_LIMIT) {
      throw UsageProblem.flag(
          LIMIT.toString(),
          "'%s' is no number from 0 to %d".formatted(text, HIGHEST_LIMIT),
          "Leave it out for %d.".formatted(DEFAULT_LIMIT));
    }
    return Integer.parseInt(text);
  }

  private static String text(UseReport report) {
    StringBuilder text = new StringBuilder();
    text.append("Repository  %s%n".formatted(report.repository()));
    text.append("PITs        %,d%n".formatted(report.pits()));
    text.append("Reached     %s%n".formatted(amount(report.reached())));
    if (report.orphaned().objects() > 0) {
      text.append("Orphaned    %s: no PIT reaches them%n".formatted(amount(report.orphaned())));
    }
    text.append(report.objects().isEmpty() ? "" : "\n").append(objects(report));
    more(text, report.reached().objects() - report.objects().size());
    text.append(report.orphans().isEmpty() ? "" : "\n").append(orphans(report));
    more(text, report.orphaned().objects() - report.orphans().size());
    return text.toString();
  }

  private static void more(StringBuilder text, long count) {
    text.append(count > 0 ? "and %,d more%n".formatted(count) : "");
  }

  private static String amount(GcSummary.Amount amount) {
    return "%,d objects, %s".formatted(amount.objects(), Progress.size(amount.bytes()));
  }

  private static TextTable objects(UseReport report) {
    TextTable table =
        new TextTable(
            Column.text("KIND"),
            Column.number("BYTES"),
            Column.number("PITS"),
            Column.text("FIRST PIT"),
            Column.text("LAST PIT"),
            Column.text("OBJECT"));
    for (UseReport.Use use : report.objects()) {
      table.row(
          use.kind(),
          Progress.size(use.bytes()),
          TextTable.count(use.pits().size()),
          use.firstPit().toString(),
          use.lastPit().toString(),
          use.key());
    }
    return table;
  }

  private static TextTable orphans(UseReport report) {
    TextTable table =
        new TextTable(Column.number("BYTES"), Column.text("STORED (UTC)"), Column.text("ORPHAN"));
    for (GcSummary.Listed orphan : report.orphans()) {
      table.row(Progress.size(orphan.bytes()), UtcTime.text(orphan.modifiedAt()), orphan.key());
    }
    return table;
  }
}
