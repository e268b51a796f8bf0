package io.bcn.table;

import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.util.LocationUtil;

/**
 * A database that a restore will create. Hive and Glue look a table's place up in its database, so
 * before there is one they can't say it; this says what they will, since such a database gets no
 * location of anybody's choice.
 *
 * <p><i>Source</i>: {@code defaultWarehouseLocation} of Iceberg's HiveCatalog and GlueCatalog.
 */
record NewDatabase(DatabaseName name, CatalogConfiguration catalog) {
  private static final Set<String> PLACING = Set.of("hive", "glue");
  private static final String WAREHOUSE_OF_HIVE = "hive.metastore.warehouse.dir";
  private static final String UNIQUE_LOCATION = "unique-table-location";

  /** Whether the catalog is one that places its tables by their database. */
  boolean placesTables() {
    return PLACING.contains(catalog.kind());
  }

  /** The table's location, or nothing where the catalog's settings do not tell it. */
  Optional<String> placeOf(TableName table) {
    return warehouse()
        .map(
            warehouse ->
                "%s/%s.db/%s"
                    .formatted(
                        LocationUtil.stripTrailingSlash(warehouse),
                        name,
                        LocationUtil.tableLocation(
                            Identifiers.table(table),
                            Boolean.parseBoolean(catalog.properties().get(UNIQUE_LOCATION)))));
  }

  private Optional<String> warehouse() {
    Optional<String> own =
        Optional.ofNullable(catalog.properties().get(CatalogProperties.WAREHOUSE_LOCATION));
    return catalog.kind().equals("hive")
        ? own.or(() -> Optional.ofNullable(catalog.hadoop().get(WAREHOUSE_OF_HIVE)))
        : own;
  }
}
