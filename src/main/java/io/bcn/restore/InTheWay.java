package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import io.bcn.table.Placement;
import io.bcn.table.TargetCatalog;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What stands at the target under the names that a restore wants.
 *
 * @param torn what another try of this restore had registered, and whose metadata file has gone
 *     since, by its place: restored again, it is whole; it is in nobody's way
 */
record InTheWay(
    String catalog,
    Set<TableName> tables,
    Set<TableName> views,
    SortedMap<TableName, Placement> torn) {
  private static final int NAMES_SHOWN = 5;

  /**
   * Asks for each name's table, and lists the views of each database once.
   *
   * @param ids of the names that are wanted
   */
  static InTheWay of(TargetCatalog catalog, Map<TableName, RestoreId> ids) {
    Set<TableName> names = ids.keySet();
    Set<TableName> views =
        names.stream()
            .map(TableName::database)
            .distinct()
            .flatMap(database -> catalog.catalog().views(database).stream())
            .collect(Collectors.toSet());
    SortedMap<TableName, Placement> torn = new ConcurrentSkipListMap<>();
    Set<TableName> tables =
        matching(
            names,
            name -> !views.contains(name) && isTable(catalog, name, ids.get(name).stem(), torn));
    matching(names, views::contains)
        .forEach(name -> addIfTorn(catalog, name, ids.get(name).stem(), torn));
    return new InTheWay(
        catalog.catalog().name(),
        tables,
        matching(names, name -> views.contains(name) && !torn.containsKey(name)),
        torn);
  }

  private static boolean isTable(
      TargetCatalog catalog, TableName name, String stem, Map<TableName, Placement> torn) {
    try {
      return catalog.currentMetadataLocation(name).isPresent();
    } catch (BcnException broken) {
      addIfTorn(catalog, name, stem, torn);
      if (torn.containsKey(name)) {
        return false;
      }
      throw broken;
    }
  }

  private static void addIfTorn(
      TargetCatalog catalog, TableName name, String stem, Map<TableName, Placement> torn) {
    catalog.placeOfTorn(name, stem).ifPresent(place -> torn.put(name, place));
  }

  private static Set<TableName> matching(Collection<TableName> names, Predicate<TableName> test) {
    return names.parallelStream().filter(test).collect(Collectors.toCollection(TreeSet::new));
  }

  boolean has(TableName name) {
    return tables.contains(name) || views.contains(name);
  }

  /** Sorted. */
  List<TableName> all() {
    Set<TableName> all = new TreeSet<>(tables);
    all.addAll(views);
    return List.copyOf(all);
  }

  /** <i>Fails</i> with TARGET_EXISTS unless there is nothing. */
  void refuseAll() {
    if (!all().isEmpty()) {
      String kinds = views.isEmpty() ? "tables" : "tables and views";
      throw exists(
          "Cannot restore into catalog '%s': %d of the %s are there already: %s"
              .formatted(catalog, all().size(), kinds, shown(all())),
          "Use --if-exists skip to leave them alone or replace to replace them, or restore elsewhere with --target-catalog or --target-database.");
    }
  }

  /** All but these. */
  InTheWay without(Set<TableName> others) {
    return new InTheWay(
        catalog,
        matching(tables, name -> !others.contains(name)),
        matching(views, name -> !others.contains(name)),
        torn);
  }

  /**
   * <i>Fails</i> with TARGET_EXISTS where one of the tables is a view there: it takes no rows, and
   * no table takes its place.
   */
  void refuseViewsAmong(String verb, Collection<TableName> wanted) {
    refuse(verb, "tables are views", wanted, views);
  }

  /** The same where one of the views is a table there. */
  void refuseTablesAmong(Collection<TableName> wanted) {
    refuse("replace views in", "views are tables", wanted, tables);
  }

  private void refuse(
      String verb, String what, Collection<TableName> wanted, Set<TableName> others) {
    List<TableName> clashing = wanted.stream().filter(others::contains).sorted().toList();
    if (!clashing.isEmpty()) {
      throw exists(
          "Cannot %s catalog '%s': %d of the %s there: %s"
              .formatted(verb, catalog, clashing.size(), what, shown(clashing)),
          "Leave them out with --exclude, or restore elsewhere with --target-database.");
    }
  }

  private static String shown(List<TableName> names) {
    return names.stream()
            .limit(NAMES_SHOWN)
            .map(TableName::toString)
            .collect(Collectors.joining(", "))
        + (names.size() > NAMES_SHOWN ? ", …" : "");
  }

  private static BcnException exists(String message, String hint) {
    return new BcnException(ErrorCode.TARGET_EXISTS, message, hint);
  }
}
