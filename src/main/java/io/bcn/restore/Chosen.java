package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.ViewEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of a PIT is restored.
 *
 * @param tables sorted by name
 * @param databases all databases that the restore makes sure of, empty ones too
 * @param notInPit tables of the PIT that it does not hold
 */
record Chosen(
    List<TableEntry> tables,
    List<ViewEntry> views,
    List<DatabaseEntry> databases,
    List<TableName> notInPit,
    List<String> notices) {

  /**
   * <i>Fails</i> with NOT_FOUND where a database or table that was named is not in the PIT, with
   * USAGE where all that was chosen is excluded.
   */
  static Chosen of(Repository repository, CommittedPit pit, RestoreRequest.Selection selection) {
    PitManifest manifest = pit.manifest();
    LostObjects lost =
        selection.deleted() == RestoreRequest.Deleted.INCLUDED
            ? LostObjects.of(repository, manifest)
            : LostObjects.NOTHING;
    Map<TableName, TableEntry> tables = new TreeMap<>(lost.tables());
    Map<TableName, ViewEntry> views = OfferedViews.of(repository, manifest, selection.deleted());
    manifest.views().forEach(view -> tables.remove(view.viewName()));
    views.keySet().removeAll(tables.keySet());
    manifest.tables().forEach(table -> tables.put(table.tableName(), table));
    Map<DatabaseName, DatabaseEntry> databases = new TreeMap<>(lost.databases());
    manifest.databases().forEach(database -> databases.put(database.name(), database));
    Set<TableName> names = new TreeSet<>(tables.keySet());
    names.addAll(views.keySet());
    names.stream()
        .map(TableName::database)
        .forEach(name -> databases.computeIfAbsent(name, any -> new DatabaseEntry(any, Map.of())));
    checkNamed(pit, names, databases.keySet(), selection);

    List<Glob> excluded = selection.excluded().stream().map(Glob::new).toList();
    names.removeIf(name -> !isChosen(name, selection));
    List<String> notices = new ArrayList<>(unused(excluded, names));
    boolean any = !names.isEmpty();
    names.removeIf(name -> matches(excluded, name));
    if (any && names.isEmpty()) {
      throw nothingLeft(pit, excluded);
    }
    tables.keySet().retainAll(names);
    views.keySet().retainAll(names);
    lost.notices()
        .forEach(
            (table, texts) -> {
              if (isChosen(table, selection) && !matches(excluded, table)) {
                notices.addAll(texts);
              }
            });
    databases.keySet().removeIf(database -> !isNeeded(database, names, selection));
    return of(tables.values(), views.values(), databases.values(), notices);
  }

  private static Chosen of(
      Iterable<TableEntry> tables,
      Iterable<ViewEntry> views,
      Iterable<DatabaseEntry> databases,
      List<String> notices) {
    List<TableEntry> held = new ArrayList<>();
    List<TableName> failed = new ArrayList<>();
    for (TableEntry table : tables) {
      if (table.status() == TableStatus.FAILED) {
        failed.add(table.tableName());
      } else {
        held.add(table);
      }
    }
    List<ViewEntry> heldViews = new ArrayList<>();
    for (ViewEntry view : views) {
      if (view.status() == TableStatus.FAILED) {
        failed.add(view.viewName());
      } else {
        heldViews.add(view);
      }
    }
    List<DatabaseEntry> all = new ArrayList<>();
    databases.forEach(all::add);
    return new Chosen(held, heldViews, all, failed, notices);
  }

  /** The names of all tables and views that are restored. */
  List<TableName> names() {
    return Stream.concat(
            tables.stream().map(TableEntry::tableName), views.stream().map(ViewEntry::viewName))
        .toList();
  }

  private static boolean isChosen(TableName table, RestoreRequest.Selection selection) {
    return selection.isEverything()
        || selection.has(table.database())
        || selection.tables().contains(table);
  }

  private static boolean isNeeded(
      DatabaseName database, Set<TableName> tables, RestoreRequest.Selection selection) {
    return selection.isEverything()
        || selection.has(database)
        || tables.stream().anyMatch(table -> table.database().equals(database));
  }

  private static boolean matches(List<Glob> globs, TableName table) {
    return globs.stream().anyMatch(glob -> glob.matches(table));
  }

  /** A pattern with a slip in it would let through what was meant to stay out. */
  private static List<String> unused(List<Glob> globs, Set<TableName> tables) {
    return globs.stream()
        .filter(glob -> tables.stream().noneMatch(glob::matches))
        .map("--exclude '%s' matches no table that is chosen"::formatted)
        .toList();
  }

  private static void checkNamed(
      CommittedPit pit,
      Set<TableName> tables,
      Set<DatabaseName> databases,
      RestoreRequest.Selection selection) {
    for (TableName table : selection.tables()) {
      if (!tables.contains(table)) {
        throw NotInPit.table(pit, table, tables);
      }
    }
    for (DatabaseName database : selection.databases()) {
      if (databases.stream().noneMatch(known -> known.isWithin(database))) {
        throw NotInPit.database(pit, database, databases);
      }
    }
  }

  private static BcnException nothingLeft(CommittedPit pit, List<Glob> excluded) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot restore from PIT '%s': --exclude '%s' leaves no table of what is chosen"
            .formatted(
                pit.pit(),
                excluded.stream().map(Glob::toString).collect(Collectors.joining("', '"))),
        "Exclude less; 'bcn restore … --dry-run' shows what would be restored.");
  }
}
