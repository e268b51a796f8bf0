package io.bcn.restore;

import io.bcn.format.DatabaseName;
import io.bcn.format.DeletedObject;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the ancestors of a PIT have and it has not, each in its last state.
 *
 * @param tables only under names that the PIT itself does not have; of several that had one name
 *     the last
 * @param notices what is to be said of deleted tables, by their name
 */
record LostObjects(
    Map<TableName, TableEntry> tables,
    Map<DatabaseName, DatabaseEntry> databases,
    Map<TableName, List<String>> notices) {
  static final LostObjects NOTHING = new LostObjects(Map.of(), Map.of(), Map.of());

  static LostObjects of(Repository repository, PitManifest pit) {
    LostObjects lost =
        new LostObjects(new LinkedHashMap<>(), new LinkedHashMap<>(), new TreeMap<>());
    Map<PitId, Optional<PitManifest>> ancestors = new HashMap<>();
    List<DeletedObject> newestFirst =
        pit.deletedObjects().stream()
            .sorted(
                Comparator.comparing(DeletedObject::lastPitIncluded)
                    .thenComparing(DeletedObject::deletedAt)
                    .reversed())
            .toList();
    for (DeletedObject object : newestFirst) {
      Optional<PitManifest> ancestor =
          ancestors.computeIfAbsent(
              new PitId(object.lastPitIncluded()),
              last -> repository.findReadable(last).map(CommittedPit::manifest));
      object
          .name()
          .map(name -> new TableName(object.database(), name))
          .ifPresentOrElse(
              table -> lost.add(table, object, pit, ancestor), () -> lost.add(object, ancestor));
    }
    return lost;
  }

  private void add(DeletedObject database, Optional<PitManifest> ancestor) {
    ancestor.stream()
        .flatMap(pit -> pit.databases().stream())
        .filter(entry -> entry.name().equals(database.database()))
        .forEach(entry -> databases.putIfAbsent(entry.name(), entry));
  }

  private void add(
      TableName table, DeletedObject object, PitManifest pit, Optional<PitManifest> ancestor) {
    PitId last = new PitId(object.lastPitIncluded());
    Optional<TableEntry> entry = ancestor.flatMap(manifest -> manifest.table(table));
    if (entry.isEmpty()) {
      notice(table, "Deleted table '%s' is not restored: PIT %s is gone".formatted(table, last));
    } else if (pit.table(table).isPresent() || tables.containsKey(table)) {
      notice(table, nameIsTaken(table, object));
    } else {
      tables.put(table, lastState(entry.get(), last));
    }
  }

  /** Another table has the name in the PIT, or was deleted later: a target has room for one. */
  private static String nameIsTaken(TableName table, DeletedObject object) {
    PitId last = new PitId(object.lastPitIncluded());
    String uuid = object.sourceObjectId().map(id -> " (UUID " + id + ")").orElse("");
    return "Another table '%s', deleted in the source, is not restored, as its name is taken: PIT %s has it%s; --pit %s --table %s --target-table <new name> restores it"
        .formatted(table, last, uuid, last, table);
  }

  private void notice(TableName table, String text) {
    notices.computeIfAbsent(table, any -> new ArrayList<>()).add(text);
  }

  /** Where the last PIT's backup of the table had failed, the state that was stored before. */
  private TableEntry lastState(TableEntry entry, PitId last) {
    if (entry.status() != TableStatus.FAILED || entry.state().isEmpty()) {
      return entry;
    }
    notice(
        entry.tableName(),
        "Deleted table '%s' is restored as PIT %s stored it, for its last backup, in PIT %s, had failed"
            .formatted(entry.tableName(), entry.storedIn().map(PitId::toString).orElse("?"), last));
    return entry.carriedOver(entry.tableName());
  }
}
