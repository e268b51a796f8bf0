package io.bcn.table;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.types.Types;

/**
 * Real catalogs in a temporary folder: Hadoop's and JDBC on SQLite, with the settings that Spark
 * would have for them.
 */
final class TestCatalogs {
  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()));

  private TestCatalogs() {}

  static Map<String, String> hadoop(String name, Path warehouse) {
    String key = "spark.sql.catalog." + name;
    return new HashMap<>(
        Map.of(
            key,
            "org.apache.iceberg.spark.SparkCatalog",
            key + ".type",
            "hadoop",
            key + ".warehouse",
            warehouse.toString()));
  }

  static Map<String, String> jdbc(String name, Path folder) {
    String key = "spark.sql.catalog." + name;
    return new HashMap<>(
        Map.of(
            key,
            "org.apache.iceberg.spark.SparkCatalog",
            key + ".type",
            "jdbc",
            key + ".uri",
            "jdbc:sqlite:" + folder.resolve(name + ".db"),
            key + ".warehouse",
            folder.resolve("warehouse-" + name).toString()));
  }

  static Map<String, String> jdbcWithViews(String name, Path folder) {
    Map<String, String> conf = jdbc(name, folder);
    conf.put("spark.sql.catalog." + name + ".jdbc.schema-version", "V1");
    return conf;
  }

  /** The catalog as a writer has it: Iceberg's own, not ours. */
  static Writer writer(Map<String, String> sparkConf, String name) {
    Map<String, String> properties = new HashMap<>();
    String prefix = "spark.sql.catalog." + name + ".";
    sparkConf.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            properties.put(key.substring(prefix.length()), value);
          }
        });
    return new Writer(
        CatalogUtil.buildIcebergCatalog(
            name, properties, new org.apache.hadoop.conf.Configuration()));
  }

  record Writer(Catalog catalog) {
    SupportsNamespaces namespaces() {
      return (SupportsNamespaces) catalog;
    }

    void database(String... levels) {
      namespaces().createNamespace(org.apache.iceberg.catalog.Namespace.of(levels));
    }

    Table table(String... parts) {
      return catalog.createTable(org.apache.iceberg.catalog.TableIdentifier.of(parts), SCHEMA);
    }

    static void change(Table table) {
      table.updateProperties().set("changed", Long.toString(System.nanoTime())).commit();
    }
  }
}
