package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.copy.Progress;
import io.bcn.format.DeletedObject;
import io.bcn.format.PitId;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code describe} prints for people, of a repository and of a PIT. */
final class DescribeText {
  private DescribeText() {}

  static String of(RepositoryDescription repository) {
    StringBuilder text = new StringBuilder();
    line(text, "Repository", repository.repository());
    line(text, "Granularity", repository.granularity().name());
    line(text, "Scope", repository.scope().toString());
    CoverageText.of(repository.coverage()).ifPresent(rows -> line(text, "Coverage", rows));
    line(text, "Created", UtcTime.text(repository.createdAt()) + " UTC");
    repository
        .runningBackup()
        .ifPresent(
            running ->
                line(
                    text,
                    "Running",
                    "a backup of PIT %s (run '%s', process %d on %s, since %s UTC)"
                        .formatted(
                            running.pit(),
                            running.runId(),
                            running.processId(),
                            running.host(),
                            UtcTime.text(running.startedAt()))));
    line(text, "PITs", TextTable.count(repository.pits().size()));
    repository
        .lostPits()
        .forEach(lost -> line(text, "Lost", "PIT %s: %s".formatted(lost.pit(), lost.message())));
    repository
        .damagedPits()
        .forEach(
            pit ->
                line(
                    text,
                    "Damaged",
                    "PIT %s has lost %s: 'latest' passes it over"
                        .formatted(
                            pit.pit(),
                            pit.tables().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining(", ")))));
    if (!repository.expiredPits().isEmpty()) {
      line(text, "Expired", TextTable.count(repository.expiredPits().size()) + " earlier ones");
    }
    repository
        .holds()
        .forEach(
            hold ->
                line(
                    text,
                    "Held",
                    "PIT %s, by %s since %s UTC%s"
                        .formatted(
                            hold.pit(),
                            hold.heldBy(),
                            UtcTime.text(hold.heldAt()),
                            hold.reason().isEmpty() ? "" : ": " + hold.reason())));
    text.append(repository.pits().isEmpty() ? "" : "\n").append(pits(repository));
    lostParents(text, repository);
    return text.toString();
  }

  /** An id is its PIT's time in UTC, so that needs no column of its own. */
  private static TextTable pits(RepositoryDescription repository) {
    TextTable table =
        new TextTable(
            Column.text("PIT"),
            Column.text("COMPLETE"),
            Column.number("DATABASES"),
            Column.number("TABLES"),
            Column.number("SNAPSHOTS"),
            Column.number("FILES"),
            Column.number("(NEW)"),
            Column.number("BYTES"),
            Column.number("(NEW)"),
            Column.number("DELETED"));
    for (PitRow pit : repository.pits()) {
      table.row(
          pit.pit().toString(),
          pit.complete() ? "yes" : "no",
          TextTable.count(pit.counts().databases()),
          TextTable.count(pit.counts().tables()),
          TextTable.count(pit.counts().snapshots()),
          TextTable.count(pit.filesTotal()),
          "(%s)".formatted(TextTable.count(pit.filesNew())),
          Progress.size(pit.bytesTotal()),
          "(%s)".formatted(Progress.size(pit.bytesNew())),
          TextTable.count(pit.deletedObjects()));
    }
    return table;
  }

  /** A PIT's parent is the row above it; what is said here is where it is not. */
  private static void lostParents(StringBuilder text, RepositoryDescription repository) {
    Optional<PitId> above = Optional.empty();
    for (PitRow pit : repository.pits()) {
      boolean expired = pit.parentPit().filter(repository::wasExpired).isPresent();
      if (pit.parentPit().isPresent() && !expired && !pit.parentPit().equals(above)) {
        text.append("%nThe parent of PIT %s was %s.%n".formatted(pit.pit(), pit.parentPit().get()));
      }
      above = Optional.of(pit.pit());
    }
  }

  static String of(PitDescription description) {
    PitRow pit = description.pit();
    StringBuilder text = new StringBuilder();
    line(text, "PIT", pit.pit().toString());
    line(text, "Parent", pit.parentPit().map(PitId::toString).orElse("(none: the first PIT)"));
    line(text, "Repository", description.repository());
    line(text, "Scope", description.scope().toString());
    CoverageText.of(description.coverage()).ifPresent(rows -> line(text, "Coverage", rows));
    line(text, "Complete", pit.complete() ? "yes" : "no: 'latest' passes it over");
    pit.cut()
        .ifPresent(
            cut ->
                line(
                    text,
                    "Cut",
                    "%s, %s to %s UTC"
                        .formatted(cut.mode(), UtcTime.text(cut.from()), UtcTime.text(cut.to()))));
    pit.runId().ifPresent(run -> line(text, "Run", run));
    pit.programVersion().ifPresent(program -> line(text, "Written by", program));
    line(
        text,
        "Databases",
        description.databases().stream().map(Object::toString).collect(Collectors.joining(", ")));
    PitRow.Counts counts = pit.counts();
    line(
        text,
        "Tables",
        "%,d: %,d new or changed, %,d unchanged, %,d failed; %,d snapshots"
            .formatted(
                counts.tables(),
                counts.active(),
                counts.unchanged(),
                counts.failed(),
                counts.snapshots()));
    if (counts.views() > 0) {
      line(
          text,
          "Views",
          "%,d: %,d new or changed, %,d unchanged, %,d failed"
              .formatted(
                  counts.views(),
                  counts.viewsActive(),
                  counts.viewsUnchanged(),
                  counts.viewsFailed()));
    }
    line(text, "New", "%,d files, %s".formatted(pit.filesNew(), Progress.size(pit.bytesNew())));
    line(
        text,
        "Total",
        "%,d files, %s".formatted(pit.filesTotal(), Progress.size(pit.bytesTotal())));
    special(text, description);
    return text.toString();
  }

  private static void special(StringBuilder text, PitDescription description) {
    description
        .failed()
        .forEach(
            table ->
                line(
                    text,
                    "Failed",
                    "%s  %s: %s".formatted(table.table(), table.code(), table.message())));
    description.deletedObjects().forEach(object -> line(text, "Deleted", text(object)));
    description
        .deletedViews()
        .forEach(
            view ->
                line(
                    text,
                    "Deleted",
                    "view %s, last in %s"
                        .formatted(
                            ObjectRow.ofDeletedView(view).table(),
                            new PitId(view.lastPitIncluded()))));
    description
        .skippedObjects()
        .forEach(object -> line(text, "Skipped", object.name() + ": " + object.reason()));
  }

  private static String text(DeletedObject object) {
    String what =
        object.name().isEmpty()
            ? "database " + object.database()
            : "table " + ObjectRow.ofDeletedTable(object).table();
    return "%s, last in %s".formatted(what, new PitId(object.lastPitIncluded()));
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append("%-11s %s%n".formatted(label, value));
  }
}
