package io.bcn.table;

import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.catalog.Namespace;

/**
 * What the catalog lists in a scope. A database is all that is in it and in the databases below it.
 */
record CutListing(
    SortedMap<DatabaseName, SortedMap<String, String>> databases,
    List<TableName> tables,
    List<TableName> views,
    List<SkippedObject> skipped) {

  static CutListing of(IcebergCatalog catalog, Scope scope, DriverThreads threads) {
    SortedMap<DatabaseName, SortedMap<String, String>> databases = new TreeMap<>();
    threads
        .map(
            databases(catalog, scope, threads),
            name ->
                catalog
                    .propertiesIfThere(name)
                    .map(found -> Map.entry(name, Secrets.leftOutOf(found))))
        .forEach(
            found -> found.ifPresent(entry -> databases.put(entry.getKey(), entry.getValue())));
    return scope
        .tableName()
        .map(table -> new CutListing(databases, List.of(table), List.of(), List.of()))
        .orElseGet(() -> contents(catalog, scope, databases, threads));
  }

  private static List<DatabaseName> databases(
      IcebergCatalog catalog, Scope scope, DriverThreads threads) {
    if (scope.database().isEmpty()) {
      return below(Namespace.empty(), catalog, threads);
    }
    DatabaseName named = scope.database().get();
    List<DatabaseName> all = new ArrayList<>(List.of(named));
    if (scope.tableName().isEmpty()) {
      all.addAll(below(Identifiers.namespace(named), catalog, threads));
    }
    return all;
  }

  /** Level by level, for the databases of one level can be asked at the same time. */
  private static List<DatabaseName> below(
      Namespace top, IcebergCatalog catalog, DriverThreads threads) {
    List<DatabaseName> all = new ArrayList<>();
    List<Namespace> level = List.of(top);
    while (!level.isEmpty()) {
      List<DatabaseName> children =
          threads.map(level, catalog::childrenOf).stream().flatMap(List::stream).toList();
      all.addAll(children);
      level = children.stream().map(Identifiers::namespace).toList();
    }
    return all;
  }

  private static CutListing contents(
      IcebergCatalog catalog,
      Scope scope,
      SortedMap<DatabaseName, SortedMap<String, String>> databases,
      DriverThreads threads) {
    Collection<DatabaseName> names = databases.keySet();
    BesideIceberg beside = new BesideIceberg(catalog);
    List<SkippedObject> skipped = new ArrayList<>(beside.in(names));
    if (scope.database().isEmpty()) {
      skipped.addAll(beside.outsideDatabases());
    }
    return new CutListing(
        databases,
        each(names, catalog::tables, threads),
        each(names, catalog::views, threads),
        skipped);
  }

  private static List<TableName> each(
      Collection<DatabaseName> databases,
      Function<DatabaseName, List<TableName>> listing,
      DriverThreads threads) {
    return threads.map(databases, listing).stream().flatMap(List::stream).sorted().toList();
  }
}
