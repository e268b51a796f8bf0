package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
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
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a PIT is restored.
 *
 * @param tables sorted by name
 * @param databases all databases that the restore makes sure of, empty ones too
 * @param notInPit tables of the PIT that it does not hold
 */
record Chosen(List<TableEntry> tables, List<DatabaseEntry> databases, List<TableName> notInPit) {

  /** <i>Fails</i> with NOT_FOUND where a database or table that was named is not in the PIT. */
  static Chosen of(Repository repository, CommittedPit pit, RestoreRequest.Selection selection) {
    PitManifest manifest = pit.manifest();
    Map<TableName, TableEntry> all = new LinkedHashMap<>();
    manifest.tables().forEach(table -> all.put(table.tableName(), table));
    if (selection.deleted() == RestoreRequest.Deleted.INCLUDED) {
      deleted(repository, manifest).forEach(all::putIfAbsent);
    }
    checkNamed(pit, all, selection);
    List<PathMatcher> excluded = selection.excluded().stream().map(Chosen::glob).toList();
    List<TableEntry> wanted =
        all.values().stream()
            .filter(table -> isChosen(table.tableName(), selection))
            .filter(
                table ->
                    excluded.stream()
                        .noneMatch(glob -> glob.matches(Path.of(table.tableName().toString()))))
            .sorted(Comparator.comparing(TableEntry::tableName))
            .toList();
    return new Chosen(
        wanted.stream().filter(table -> table.status() != TableStatus.FAILED).toList(),
        databases(manifest, wanted, selection),
        wanted.stream()
            .filter(table -> table.status() == TableStatus.FAILED)
            .map(TableEntry::tableName)
            .toList());
  }

  private static boolean isChosen(TableName table, RestoreRequest.Selection selection) {
    return selection.isEverything()
        || selection.databases().contains(table.database())
        || selection.tables().contains(table);
  }

  private static PathMatcher glob(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
  }

  /** The last state of each table that an ancestor has and this PIT has not. */
  private static Map<TableName, TableEntry> deleted(Repository repository, PitManifest manifest) {
    Map<PitId, PitManifest> ancestors = new LinkedHashMap<>();
    Map<TableName, TableEntry> last = new LinkedHashMap<>();
    manifest.deletedObjects().stream()
        .filter(object -> object.name().isPresent())
        .sorted(Comparator.comparing(DeletedObject::lastPitIncluded).reversed())
        .forEach(
            object -> {
              TableName name = new TableName(object.database(), object.name().orElseThrow());
              PitId pit = new PitId(object.lastPitIncluded());
              PitManifest ancestor =
                  ancestors.computeIfAbsent(pit, id -> repository.select(id.toString()).manifest());
              ancestor.table(name).ifPresent(entry -> last.putIfAbsent(name, entry));
            });
    return last;
  }

  private static List<DatabaseEntry> databases(
      PitManifest manifest, List<TableEntry> wanted, RestoreRequest.Selection selection) {
    List<DatabaseEntry> databases = new ArrayList<>();
    for (DatabaseEntry database : manifest.databases()) {
      boolean needed =
          selection.isEverything()
              || selection.databases().contains(database.name())
              || wanted.stream().anyMatch(table -> table.database().equals(database.name()));
      if (needed) {
        databases.add(database);
      }
    }
    for (TableEntry table : wanted) {
      boolean known =
          databases.stream().anyMatch(database -> database.name().equals(table.database()));
      if (!known) {
        databases.add(new DatabaseEntry(table.database(), Map.of()));
      }
    }
    return databases;
  }

  private static void checkNamed(
      CommittedPit pit, Map<TableName, TableEntry> all, RestoreRequest.Selection selection) {
    for (TableName table : selection.tables()) {
      if (!all.containsKey(table)) {
        throw notFound("table", table.toString(), pit);
      }
    }
    for (DatabaseName database : selection.databases()) {
      boolean known =
          pit.manifest().databases().stream().anyMatch(entry -> entry.name().equals(database))
              || all.keySet().stream().anyMatch(table -> table.database().equals(database));
      if (!known) {
        throw notFound("database", database.toString(), pit);
      }
    }
  }

  private static BcnException notFound(String kind, String name, CommittedPit pit) {
    Optional<DeletedObject> deleted =
        pit.manifest().deletedObjects().stream()
            .filter(
                object ->
                    name.equals(
                        object
                            .name()
                            .map(table -> new TableName(object.database(), table).toString())
                            .orElse(object.database().toString())))
            .max(Comparator.comparing(DeletedObject::lastPitIncluded));
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot restore %s '%s': PIT %s does not have it".formatted(kind, name, pit.pit()),
        deleted
            .map(
                object ->
                    "It was deleted in the source: use --include-deleted, or --pit %s, the last that has it."
                        .formatted(new PitId(object.lastPitIncluded())))
            .orElse("'bcn list --pit %s' shows what it has.".formatted(pit.pit())));
  }
}
