package io.bcn.cli;

import io.bcn.cli.TextTable.Column;
import io.bcn.copy.Progress;
import io.bcn.format.PitId;
import io.bcn.format.TableName;
import io.bcn.format.TableTotals;
import java.util.List;
import java.util.Optional;

/** What {@code list} prints for people. */
final class ListText {
  private static final String NONE = "-";

  private ListText() {}

  static String of(PitListing listing) {
    StringBuilder text = new StringBuilder();
    text.append(
        "PIT %s of %s%s%n"
            .formatted(
                listing.pit(), listing.repository(), listing.complete() ? "" : " (not complete)"));
    CoverageText.of(listing.coverage()).ifPresent(rows -> text.append(rows).append('\n'));
    section(text, databases(listing));
    section(text, objects(listing));
    if (listing.databases().isEmpty() && listing.objects().isEmpty()) {
      text.append("\nNothing to list.\n");
    }
    listing.objects().stream()
        .filter(row -> row.failure().isPresent())
        .forEach(
            row ->
                text.append(
                    "%nFailed: %s  %s: %s%n"
                        .formatted(
                            row.table(),
                            row.failure().get().code(),
                            row.failure().get().message())));
    if (!listing.skippedObjects().isEmpty()) {
      text.append("\nNot backed up:\n");
    }
    listing
        .skippedObjects()
        .forEach(object -> text.append("  %s: %s%n".formatted(object.name(), object.reason())));
    return text.toString();
  }

  private static TextTable databases(PitListing listing) {
    TextTable table =
        new TextTable(
            Column.text("DATABASE"),
            Column.text("STATUS"),
            Column.number("TABLES"),
            Column.text("LAST PIT"));
    listing
        .databases()
        .forEach(
            row ->
                table.row(
                    row.name().toString(),
                    row.status().name(),
                    TextTable.count(row.tables()),
                    text(row.lastPitIncluded())));
    return table;
  }

  private static TextTable objects(PitListing listing) {
    TextTable table =
        new TextTable(
            Column.text("TABLE"),
            Column.text("TYPE"),
            Column.text("STATUS"),
            Column.number("SNAPSHOTS"),
            Column.number("FILES"),
            Column.number("BYTES"),
            Column.text("RENAMED FROM"),
            Column.text("LAST PIT"));
    listing
        .objects()
        .forEach(
            row ->
                table.row(
                    row.table().toString(),
                    row.type(),
                    row.status().name(),
                    row.snapshots().map(TextTable::count).orElse(NONE),
                    row.files().map(TextTable::count).orElse(NONE),
                    row.bytes().map(Progress::size).orElse(NONE),
                    row.renamedFrom().map(TableName::toString).orElse(NONE),
                    text(row.lastPitIncluded())));
    return table;
  }

  static String of(TableHistory history) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s %s in %s%s%n"
            .formatted(
                history.type().equals(ObjectRow.VIEW) ? "View" : "Table",
                history.table(),
                history.repository(),
                history.uuid().map(uuid -> ", UUID " + uuid).orElse("")));
    section(text, states(history.states()));
    history
        .lostPits()
        .forEach(pit -> text.append("%nPIT %s is lost: what it had is not known%n".formatted(pit)));
    return text.toString();
  }

  static TextTable states(List<TableHistory.State> states) {
    TextTable table =
        new TextTable(
            Column.text("PIT"),
            Column.text("TABLE"),
            Column.text("STATUS"),
            Column.number("SNAPSHOTS"),
            Column.number("FILES"),
            Column.number("BYTES"),
            Column.number("NEW FILES"),
            Column.number("NEW BYTES"),
            Column.number("SCHEMA"),
            Column.number("FORMAT"));
    for (TableHistory.State state : states) {
      TableTotals totals = state.totals();
      table.row(
          state.pit().toString(),
          state.table().toString(),
          state.status().name(),
          ofTable(state, TextTable.count(totals.snapshots())),
          ofTable(state, TextTable.count(totals.files())),
          ofTable(state, Progress.size(totals.bytes())),
          ofTable(state, TextTable.count(totals.newFiles())),
          ofTable(state, Progress.size(totals.newBytes())),
          state.schemaVersion().map(String::valueOf).orElse(NONE),
          state.formatVersion().map(String::valueOf).orElse(NONE));
    }
    return table;
  }

  private static String ofTable(TableHistory.State state, String number) {
    return state.type().equals(ObjectRow.VIEW) ? NONE : number;
  }

  private static void section(StringBuilder text, TextTable table) {
    String rows = table.toString();
    text.append(rows.isEmpty() ? "" : "\n").append(rows);
  }

  private static String text(Optional<PitId> pit) {
    return pit.map(PitId::toString).orElse(NONE);
  }
}
