package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import io.bcn.table.TargetCatalog;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What stands at the target under the names that a restore wants. */
record InTheWay(String catalog, Set<TableName> tables, Set<TableName> views) {
  private static final int NAMES_SHOWN = 5;

  /** Asks for each name's table, and lists the views of each database once. */
  static InTheWay of(TargetCatalog catalog, Collection<TableName> names) {
    Set<TableName> views =
        names.stream()
            .map(TableName::database)
            .distinct()
            .flatMap(database -> catalog.catalog().views(database).stream())
            .collect(Collectors.toSet());
    return new InTheWay(
        catalog.catalog().name(),
        matching(
            names,
            name -> !views.contains(name) && catalog.currentMetadataLocation(name).isPresent()),
        matching(names, views::contains));
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
          "Use --if-exists skip to leave them alone, or restore elsewhere with --target-catalog or --target-database.");
    }
  }

  /** <i>Fails</i> with TARGET_EXISTS where one of the tables is a view there: it takes no rows. */
  void refuseViewsAmong(Collection<TableName> wanted) {
    List<TableName> clashing = wanted.stream().filter(views::contains).sorted().toList();
    if (!clashing.isEmpty()) {
      throw exists(
          "Cannot append to catalog '%s': %d of the tables are views there: %s"
              .formatted(catalog, clashing.size(), shown(clashing)),
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
