package io.bcn.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.parser.ParseException;

/** A real Iceberg catalog in a folder of its own, worked on by Spark SQL. */
public final class Lake {
  private final SparkSession spark = SharedSpark.session();
  private final String catalog;
  private final Path folder;

  private Lake(String kind, Path folder) {
    this.catalog = kind + "_" + UUID.randomUUID().toString().substring(0, 8);
    this.folder = folder;
  }

  /** A JDBC catalog on SQLite; the database file lies beside the warehouse, not in it. */
  public static Lake jdbc(Path folder) {
    Lake lake = new Lake("jdbc", folder);
    lake.configure("type", "jdbc");
    lake.configure("uri", "jdbc:sqlite:file:" + folder.resolve("catalog.db"));
    lake.configure("jdbc.schema-version", "V1");
    lake.configure("warehouse", folder.resolve("warehouse").toString());
    return lake;
  }

  public static Lake hadoop(Path folder) {
    Lake lake = new Lake("hadoop", folder);
    lake.configure("type", "hadoop");
    lake.configure("warehouse", folder.resolve("warehouse").toString());
    return lake;
  }

  /** A REST catalog with views and nested namespaces. */
  public static Lake rest(Path folder) {
    Lake lake = new Lake("rest", folder);
    lake.configure("type", "rest");
    lake.configure(
        "uri",
        RestServer.shared()
            .create(lake.catalog, Map.of("warehouse", folder.resolve("warehouse").toString())));
    return lake;
  }

  /** A Hive metastore of its own. */
  public static Lake hive(Path folder) {
    Lake lake = new Lake("hive", folder);
    lake.configure("type", "hive");
    lake.configure("uri", HiveServer.shared().create(lake.catalog, lake.warehouse()));
    lake.configure("warehouse", lake.warehouse().toString());
    return lake;
  }

  /** A JDBC catalog on PostgreSQL, in a database of its own. */
  public static Lake postgres(Path folder) {
    Lake lake = new Lake("postgres", folder);
    lake.configure("type", "jdbc");
    lake.configure("uri", PostgresServer.shared().create(lake.catalog));
    lake.configure("jdbc.user", PostgresServer.USER);
    lake.configure("jdbc.password", PostgresServer.PASSWORD);
    lake.configure("jdbc.schema-version", "V1");
    lake.configure("warehouse", lake.warehouse().toString());
    return lake;
  }

  private void configure(String key, String value) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String prefix = "spark.sql.catalog." + catalog;
    spark.conf().set(prefix, "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set(prefix + ".cache-enabled", "false");
    spark.conf().set(prefix + "." + key, value);
  }

  /** The catalog's name in Spark. */
  public String catalog() {
    return catalog;
  }

  public Path warehouse() {
    return folder.resolve("warehouse");
  }

  /** Runs statements in which {@code @} stands for the catalog's name. */
  public Lake sql(String... statements) {
    for (String statement : statements) {
      query(statement).collectAsList();
    }
    return this;
  }

  public Dataset<Row> query(String statement) {
    return spark.sql(statement.replace("@", catalog));
  }

  /** The id that Iceberg gave the table. */
  public String uuid(String table) {
    return load(table).uuid().toString();
  }

  /** The metadata file that the catalog points at. */
  public String pointer(String table) {
    return TableUtil.metadataFileLocation(load(table));
  }

  private Table load(String table) {
    try {
      return Spark3Util.loadIcebergTable(spark, catalog + "." + table);
    } catch (NoSuchTableException | ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code database.table} of all tables, sorted. */
  public List<String> tables() {
    List<String> tables = new ArrayList<>();
    for (Row namespace : query("SHOW NAMESPACES IN @").collectAsList()) {
      for (Row table : query("SHOW TABLES IN @." + namespace.getString(0)).collectAsList()) {
        tables.add(table.getString(0) + "." + table.getString(1));
      }
    }
    tables.sort(null);
    return tables;
  }

  /** Moves the files away, so that nobody can lean on them. */
  public Lake vanish() {
    try {
      Files.move(warehouse(), folder.resolve("moved-away"));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
