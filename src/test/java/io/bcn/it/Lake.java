package io.bcn.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.jdbc.JdbcCatalog;
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
    lake.configureSqlite();
    return lake;
  }

  /** The same, in which something happens: of a class that extends Iceberg's. */
  static Lake jdbc(Path folder, Class<? extends JdbcCatalog> eventful) {
    Lake lake = new Lake("jdbc", folder);
    lake.configure("catalog-impl", eventful.getName());
    lake.configureSqlite();
    return lake;
  }

  /**
   * A JDBC catalog with its tables at the warehouse that is given, which its FileIO reads and
   * writes.
   */
  static Lake jdbc(Path folder, String warehouse, Map<String, String> properties) {
    Lake lake = jdbc(folder);
    lake.configure("warehouse", warehouse);
    properties.forEach(lake::configure);
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
    return rest(folder, Map.of());
  }

  /** With parameters of {@link RestServer}. */
  static Lake rest(Path folder, Map<String, String> parameters) {
    Lake lake = new Lake("rest", folder);
    Map<String, String> all = new HashMap<>(parameters);
    all.putIfAbsent("warehouse", lake.warehouse().toString());
    lake.configure("type", "rest");
    lake.configure("uri", RestServer.shared().create(lake.catalog, all));
    return lake;
  }

  /** A catalog that need not be there. */
  static Lake of(String type, Map<String, String> settings, Path folder) {
    Lake lake = new Lake(type, folder);
    lake.configure("type", type);
    settings.forEach(lake::configure);
    return lake;
  }

  /** Glue of a real account, with the files on S3; credentials and region are the environment's. */
  static Lake aws(Path folder, String warehouse) {
    return of(
        "glue",
        Map.of("warehouse", warehouse, "io-impl", "org.apache.iceberg.aws.s3.S3FileIO"),
        folder);
  }

  /** A Hive metastore of its own. */
  public static Lake hive(Path folder) {
    return hive(folder, folder.resolve("warehouse").toString(), Map.of());
  }

  /** The same with its tables elsewhere, where Hadoop's settings lead the metastore. */
  static Lake hive(Path folder, String warehouse, Map<String, String> settings) {
    Lake lake = new Lake("hive", folder);
    lake.configure("type", "hive");
    lake.configure("uri", HiveServer.shared().create(lake.catalog, warehouse, settings));
    lake.configure("warehouse", warehouse);
    return lake;
  }

  /** Glue, with the files on the local disk. */
  public static Lake glue(Path folder) {
    Lake lake = new Lake("glue", folder);
    lake.configure("type", "glue");
    lake.configure("glue.endpoint", MotoServer.shared().endpoint());
    lake.configure("client.region", MotoServer.shared().freshRegion());
    lake.configure(
        "client.credentials-provider",
        "software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider");
    lake.configure("io-impl", "org.apache.iceberg.hadoop.HadoopFileIO");
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

  private void configureSqlite() {
    configure("uri", "jdbc:sqlite:file:" + folder.resolve("catalog.db"));
    configure("jdbc.schema-version", "V1");
    configure("warehouse", warehouse().toString());
  }

  void configure(String key, String value) {
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

  /** What {@link #configure} has set. */
  String setting(String key) {
    return spark.conf().get("spark.sql.catalog." + catalog + "." + key);
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

  /** The table as Iceberg's own API has it, read afresh. */
  public Table load(String table) {
    try {
      return Spark3Util.loadIcebergTable(spark, catalog + "." + table);
    } catch (NoSuchTableException | ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The catalog as Iceberg's own API has it. */
  public Catalog iceberg() {
    return Spark3Util.loadIcebergCatalog(spark, catalog);
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
    return move(warehouse(), folder.resolve("moved-away"));
  }

  /** Moves them back. */
  Lake comeBack() {
    return move(folder.resolve("moved-away"), warehouse());
  }

  private Lake move(Path from, Path to) {
    try {
      Files.move(from, to);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
