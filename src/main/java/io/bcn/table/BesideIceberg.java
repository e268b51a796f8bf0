package io.bcn.table;

import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;

/**
 * What a catalog holds beside the tables that BCN backs up, where it tells: only Hive and JDBC do.
 */
record BesideIceberg(IcebergCatalog catalog) {
  /** Stands for the missing one in a report, where each name has a database. */
  private static final DatabaseName NO_DATABASE = new DatabaseName(List.of("(none)"));

  /** Tables of other formats in Hive's databases, and Hive's own views. */
  List<SkippedObject> in(Iterable<DatabaseName> databases) {
    if (!catalog.kind().equals("hive")) {
      return List.of();
    }
    Map<String, String> listingAll = catalog.configuration().propertiesForReading();
    listingAll.put("list-all-tables", "true");
    try (CatalogConnection all = CatalogConnection.open(catalog.configuration(), listingAll)) {
      List<SkippedObject> found = new ArrayList<>();
      for (DatabaseName database : databases) {
        List<TableName> known =
            Stream.concat(catalog.tables(database).stream(), catalog.views(database).stream())
                .toList();
        catalog.list("tables of database", database, all.catalog()::listTables).stream()
            .filter(table -> !known.contains(table))
            .forEach(table -> found.add(new SkippedObject(table, "it is not an Iceberg table")));
      }
      return found;
    }
  }

  /** A JDBC catalog may have tables in no database, where no listing of databases leads. */
  List<SkippedObject> outsideDatabases() {
    if (!catalog.kind().equals("jdbc")) {
      return List.of();
    }
    try {
      return catalog.iceberg().listTables(Namespace.empty()).stream()
          .map(TableIdentifier::name)
          .sorted()
          .map(
              table ->
                  new SkippedObject(new TableName(NO_DATABASE, table), "it lies in no database"))
          .toList();
    } catch (NoSuchNamespaceException none) {
      return List.of();
    } catch (RuntimeException failure) {
      throw catalog.cannotList("tables outside databases of catalog", catalog.name(), failure);
    }
  }
}
