package io.bcn.backup;

import io.bcn.copy.FileProblem;
import io.bcn.copy.Routes;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitManifest.CutWindow;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.TableTotals;
import io.bcn.table.UnreadableTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What storing gave, per table of the plan.
 *
 * @param tables the plan's tables as they were stored: one that was pinned again has its later
 *     state
 * @param states by index in {@code tables}; none for an unchanged or failed table
 * @param failures by index in {@code tables}
 * @param repinnedAt when the last table was pinned again
 * @param routes of what was copied, by index in {@code tables}
 * @param notices for people, about routes that could not be taken
 */
record Stored(
    List<TablePlan> tables,
    Map<Integer, StateTask.Written> states,
    Map<Integer, FileProblem> failures,
    Optional<Instant> repinnedAt,
    Map<Integer, Routes> routes,
    List<String> notices) {
  private static final int NAMES_SHOWN = 5;

  /** By the tables' names in this PIT. */
  Map<TableName, Routes> routesByName() {
    Map<TableName, Routes> byName = new HashMap<>();
    routes.forEach((index, taken) -> byName.put(tables.get(index).name(), taken));
    return byName;
  }

  List<TableEntry> entries(BackupPlan plan, PitId pit) {
    List<TableEntry> entries = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      entries.add(entry(i, pit));
    }
    for (UnreadableTable table : plan.cut().unreadable()) {
      entries.add(
          failed(table.name(), Optional.ofNullable(plan.failedBefore().get(table.name())), table));
    }
    return entries;
  }

  /** A table pinned again belongs to a later moment than the others (promise 6). */
  CutWindow window(CutWindow planned) {
    return repinnedAt
        .map(at -> new CutWindow(CutMode.BEST_EFFORT, planned.from(), at))
        .orElse(planned);
  }

  /** At most a few, by the names of the plan: those that were pinned again. */
  List<TableName> movedOn(BackupPlan plan) {
    return IntStream.range(0, tables.size())
        .filter(i -> !tables.get(i).pinned().sameStateAs(plan.tables().get(i).pinned()))
        .mapToObj(i -> plan.tables().get(i).name())
        .limit(NAMES_SHOWN)
        .toList();
  }

  private TableEntry entry(int index, PitId pit) {
    TablePlan table = tables.get(index);
    if (table.isUnchanged()) {
      return table.before().orElseThrow().carriedOver(table.name());
    }
    FileProblem failure = failures.get(index);
    if (failure != null) {
      return failed(table, failure);
    }
    StateTask.Written state = states.get(index);
    return new TableEntry(
        table.name().database(),
        table.name().table(),
        table.pinned().uuid(),
        TableStatus.ACTIVE,
        table.renamedFrom(),
        Optional.of(pit),
        Optional.of(state.state()),
        table.pinned().metadataLocation(),
        table.pinned().lastUpdatedMillis(),
        state.formatVersion(),
        state.schemaVersion(),
        state.totals(),
        Optional.empty());
  }

  private static TableEntry failed(TablePlan table, FileProblem failure) {
    return failed(
        table.name(),
        table.pinned().uuid(),
        table.renamedFrom(),
        table.before(),
        new TableEntry.Failure(failure.code().name(), failure.message()));
  }

  private static TableEntry failed(
      TableName name, Optional<TableEntry> before, UnreadableTable unreadable) {
    return failed(
        name,
        before.flatMap(TableEntry::uuid),
        Optional.empty(),
        before,
        new TableEntry.Failure(unreadable.code().name(), unreadable.message()));
  }

  private static TableEntry failed(
      TableName name,
      Optional<String> uuid,
      Optional<TableName> renamedFrom,
      Optional<TableEntry> before,
      TableEntry.Failure failure) {
    return new TableEntry(
        name.database(),
        name.table(),
        uuid,
        TableStatus.FAILED,
        renamedFrom,
        before.flatMap(TableEntry::storedIn),
        before.flatMap(TableEntry::state),
        before.map(TableEntry::metadataLocation).orElse(""),
        before.map(TableEntry::lastUpdatedMs).orElse(0L),
        before.map(TableEntry::formatVersion).orElse(0),
        before.map(TableEntry::schemaVersion).orElse(0),
        TableTotals.NOTHING,
        Optional.of(failure));
  }
}
