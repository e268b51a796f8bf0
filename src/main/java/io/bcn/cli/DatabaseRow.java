package io.bcn.cli;

import io.bcn.format.DatabaseName;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.TableEntry;
import io.bcn.format.TableStatus;
import io.bcn.format.ViewEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One database of a PIT, or one that it has no more.
 *
 * @param status UNCHANGED where the parent PIT has it with the same properties, tables and views
 * @param tables how many it has in this PIT, and
 * @param views likewise
 */
record DatabaseRow(
    DatabaseName name,
    ObjectStatus status,
    long tables,
    long views,
    Optional<PitId> lastPitIncluded) {

  /** All databases of the PIT, then those that it has no more. */
  static List<DatabaseRow> all(PitManifest pit, Optional<PitManifest> parent) {
    Map<DatabaseName, Long> tables = new HashMap<>();
    Set<DatabaseName> changed = new HashSet<>();
    for (TableEntry table : pit.tables()) {
      tables.merge(table.database(), 1L, Long::sum);
      if (table.status() != TableStatus.UNCHANGED || table.renamedFrom().isPresent()) {
        changed.add(table.database());
        table.renamedFrom().ifPresent(old -> changed.add(old.database()));
      }
    }
    Map<DatabaseName, Long> views = new HashMap<>();
    for (ViewEntry view : pit.views()) {
      views.merge(view.database(), 1L, Long::sum);
      if (view.status() != TableStatus.UNCHANGED || view.renamedFrom().isPresent()) {
        changed.add(view.database());
        view.renamedFrom().ifPresent(old -> changed.add(old.database()));
      }
    }
    pit.deletedInSource().tables().forEach(table -> changed.add(table.database()));
    pit.deletedInSource().views().forEach(view -> changed.add(view.database()));
    Set<DatabaseEntry> before = new HashSet<>(parent.map(PitManifest::databases).orElse(List.of()));
    List<DatabaseRow> rows = new ArrayList<>();
    for (DatabaseEntry database : pit.databases()) {
      boolean same = before.contains(database) && !changed.contains(database.name());
      rows.add(
          new DatabaseRow(
              database.name(),
              same ? ObjectStatus.UNCHANGED : ObjectStatus.ACTIVE,
              tables.getOrDefault(database.name(), 0L),
              views.getOrDefault(database.name(), 0L),
              Optional.empty()));
    }
    pit.deletedObjects().stream()
        .filter(object -> object.name().isEmpty())
        .map(
            object ->
                new DatabaseRow(
                    object.database(),
                    ObjectStatus.DELETED,
                    0,
                    0,
                    Optional.of(new PitId(object.lastPitIncluded()))))
        .forEach(rows::add);
    return rows;
  }
}
