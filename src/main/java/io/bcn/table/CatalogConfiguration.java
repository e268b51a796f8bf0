package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.errors.NearNames;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.io.FileIO;

/**
 * One catalog as Spark's configuration describes it: {@code spark.sql.catalog.<name>} and all below
 * it.
 *
 * <p>Properties are looked up regardless of case, as Iceberg's Spark catalog does.
 */
final class CatalogConfiguration {
  private static final String PREFIX = "spark.sql.catalog.";
  private static final Pattern CATALOG_KEY = Pattern.compile("spark\\.sql\\.catalog\\.([^.]+)");
  private static final Set<String> SPARK_CATALOGS =
      Set.of(
          "org.apache.iceberg.spark.SparkCatalog", "org.apache.iceberg.spark.SparkSessionCatalog");
  private static final String HADOOP_FILE_IO = "org.apache.iceberg.hadoop.HadoopFileIO";
  private static final Map<String, String> KIND_BY_CLASS =
      Map.of(
          CatalogUtil.ICEBERG_CATALOG_HADOOP, "hadoop",
          CatalogUtil.ICEBERG_CATALOG_HIVE, "hive",
          CatalogUtil.ICEBERG_CATALOG_REST, "rest",
          CatalogUtil.ICEBERG_CATALOG_GLUE, "glue",
          CatalogUtil.ICEBERG_CATALOG_JDBC, "jdbc",
          CatalogUtil.ICEBERG_CATALOG_NESSIE, "nessie");

  /**
   * What may be written down. A list of what is allowed: a key that nobody thought of may hold a
   * secret.
   */
  private static final Set<String> PUBLIC_KEYS =
      Set.of(
          "type",
          "catalog-impl",
          "warehouse",
          "uri",
          "io-impl",
          "clients",
          "unique-table-location",
          "default-namespace",
          "jdbc.schema-version",
          "jdbc.strict-mode",
          "prefix",
          "ref",
          "glue.id",
          "glue.endpoint",
          "client.region",
          "s3.endpoint",
          "s3.path-style-access",
          "s3.region",
          "lock-impl",
          "list-all-tables",
          "cache-enabled");

  private final String name;
  private final SortedMap<String, String> properties;
  private final Configuration hadoop;
  private final Secrets secrets;

  private CatalogConfiguration(
      String name, SortedMap<String, String> properties, Configuration hadoop, Secrets secrets) {
    this.name = name;
    this.properties = properties;
    this.hadoop = hadoop;
    this.secrets = secrets;
  }

  /** Reads the catalog's part. <i>Fails</i> with USAGE where it has none, or is not Iceberg's. */
  static CatalogConfiguration of(Map<String, String> sparkConf, String name) {
    String sparkClass = sparkConf.get(PREFIX + name);
    if (sparkClass == null) {
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot open catalog '%s': it is not configured".formatted(name),
          NearNames.question(name, names(sparkConf.keySet()))
              .orElseGet(() -> hint(sparkConf.keySet(), name)));
    }
    if (!SPARK_CATALOGS.contains(sparkClass.strip())) {
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot open catalog '%s': its class %s is not Iceberg's"
              .formatted(name, sparkClass.strip()),
          hint(sparkConf.keySet(), name));
    }
    SortedMap<String, String> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    properties.putAll(below(sparkConf, PREFIX + name + "."));
    Configuration hadoop = new Configuration();
    below(sparkConf, "spark.hadoop.").forEach(hadoop::set);
    below(properties, "hadoop.").forEach(hadoop::set);
    return new CatalogConfiguration(name, properties, hadoop, Secrets.of(sparkConf));
  }

  private static Map<String, String> below(Map<String, String> entries, String prefix) {
    Map<String, String> below = new TreeMap<>();
    entries.forEach(
        (key, value) -> {
          if (key.startsWith(prefix) && key.length() > prefix.length() && value != null) {
            below.put(key.substring(prefix.length()), value);
          }
        });
    return below;
  }

  private static Set<String> names(Set<String> keys) {
    Set<String> names = new TreeSet<>();
    keys.forEach(
        key -> {
          Matcher matcher = CATALOG_KEY.matcher(key);
          if (matcher.matches()) {
            names.add(matcher.group(1));
          }
        });
    return names;
  }

  /** What to configure, and which catalogs are. */
  private static String hint(Set<String> keys, String name) {
    Set<String> names = names(keys);
    String key = PREFIX + name;
    return "Set %s=org.apache.iceberg.spark.SparkCatalog, %s.type (hadoop, hive, jdbc, rest, glue or nessie; or %s.catalog-impl), "
            .formatted(key, key, key)
        + "%s.warehouse and, but for hadoop and glue, %s.uri; configured catalogs: %s."
            .formatted(key, key, names.isEmpty() ? "none" : String.join(", ", names));
  }

  String name() {
    return name;
  }

  Configuration hadoop() {
    return hadoop;
  }

  Secrets secrets() {
    return secrets;
  }

  Map<String, String> properties() {
    SortedMap<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(properties);
    return copy;
  }

  /**
   * Properties with which opening changes nothing: by itself a JDBC catalog creates its tables, and
   * adds a column when {@code jdbc.schema-version} asks for it. An old schema is read as it is,
   * without views.
   */
  Map<String, String> propertiesForReading() {
    Map<String, String> reading = properties();
    if (kind().equals("jdbc")) {
      reading.put("jdbc.init-catalog-tables", "false");
      reading.remove("jdbc.schema-version");
    }
    return reading;
  }

  /** hadoop, hive, jdbc, rest, glue, nessie, or other. */
  String kind() {
    String impl = properties.get(CatalogProperties.CATALOG_IMPL);
    if (impl != null) {
      return KIND_BY_CLASS.getOrDefault(impl, "other");
    }
    String type =
        properties.getOrDefault(CatalogUtil.ICEBERG_CATALOG_TYPE, "hive").toLowerCase(Locale.ROOT);
    return KIND_BY_CLASS.containsValue(type) ? type : "other";
  }

  /** A FileIO as the catalog makes them, for files of which the catalog tells no FileIO. */
  FileIO fileIo() {
    Map<String, String> reading = propertiesForReading();
    return CatalogUtil.loadFileIO(
        reading.getOrDefault(CatalogProperties.FILE_IO_IMPL, HADOOP_FILE_IO), reading, hadoop);
  }

  /** What a document may hold of the properties. */
  SortedMap<String, String> publicProperties() {
    SortedMap<String, String> known = new TreeMap<>();
    properties.forEach(
        (key, value) -> {
          if (PUBLIC_KEYS.contains(key.toLowerCase(Locale.ROOT))) {
            known.put(key, secrets.mask(value));
          }
        });
    return known;
  }

  BcnException withoutWarehouse() {
    String warehouse =
        secrets.mask(properties.getOrDefault(CatalogProperties.WAREHOUSE_LOCATION, ""));
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot open catalog '%s': its warehouse '%s' does not exist".formatted(name, warehouse),
        "Check %s%s.warehouse.".formatted(PREFIX, name));
  }

  /**
   * The failure of opening this catalog: CREDENTIALS or PERMISSION_DENIED where it refused us,
   * STORAGE_UNAVAILABLE where nothing answers, USAGE for everything else.
   */
  BcnException cannotOpen(Throwable failure) {
    ErrorCode code = CatalogFailure.code(failure);
    String what = "Cannot open catalog '%s'".formatted(name);
    String key = PREFIX + name;
    if (code == ErrorCode.CREDENTIALS || code == ErrorCode.PERMISSION_DENIED) {
      String hint = "Check the credentials that the configuration has for %s.".formatted(key);
      return CatalogFailure.of(code, what, failure, hint, secrets);
    }
    if (CatalogFailure.isUnreachable(failure)) {
      String hint =
          "Run it again when the server is up; check that %s.uri is its address.".formatted(key);
      return CatalogFailure.of(ErrorCode.STORAGE_UNAVAILABLE, what, failure, hint, secrets);
    }
    String hint =
        "Check that %s.uri, .warehouse and .type are right; its driver or client must be in the jars."
            .formatted(key);
    return CatalogFailure.of(ErrorCode.USAGE, what, failure, hint, secrets);
  }
}
