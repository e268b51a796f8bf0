package io.bcn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The demo's catalogs, each a JDBC catalog on SQLite with its file and its warehouse in one folder.
 */
record DemoCatalogs(DemoFolder folder) {
  static final String SOURCE = "shop";

  /** So wide that the longest key fits. */
  private static final String CATALOG_LINE = "%-42s %s";

  /** One for each PIT. */
  static final List<String> TARGETS = List.of("copy_1", "copy_2");

  /** What the session is started with. */
  Map<String, String> sessionSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        "spark.sql.extensions",
        "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions");
    // The default is for larger tables: here a partition costs more than the rows in it.
    settings.put("spark.sql.shuffle.partitions", "2");
    return settings;
  }

  /** What a session takes at any time. */
  Map<String, String> catalogSettings() {
    Map<String, String> settings = new LinkedHashMap<>(settings(SOURCE));
    TARGETS.forEach(target -> settings.putAll(settings(target)));
    return settings;
  }

  private Map<String, String> settings(String name) {
    Map<String, String> settings = new LinkedHashMap<>();
    String catalog = "spark.sql.catalog." + name;
    settings.put(catalog, "org.apache.iceberg.spark.SparkCatalog");
    settings.put(catalog + ".type", "jdbc");
    settings.put(catalog + ".uri", "jdbc:sqlite:" + home(name).resolve("catalog.db"));
    settings.put(catalog + ".jdbc.schema-version", "V1");
    // SQLite lets one connection write at a time.
    settings.put(catalog + ".clients", "1");
    settings.put(catalog + ".warehouse", home(name).toString());
    return settings;
  }

  /** Where a catalog has all that it has. */
  Path home(String catalog) {
    return folder.resolve(catalog);
  }

  /** The settings as a file, for commands that a reader types. */
  Path file() {
    return folder.resolve("demo.conf");
  }

  /** The file's lines up to the end of the first catalog; the others look alike. */
  List<String> firstLines() {
    List<String> lines = lines(sessionSettings(), "%s %s");
    lines.addAll(lines(settings(SOURCE), CATALOG_LINE));
    return lines;
  }

  /** Writes the file, and makes the folders, for SQLite makes none. */
  void create() throws IOException {
    List<String> lines = firstLines();
    for (String target : TARGETS) {
      lines.addAll(lines(settings(target), CATALOG_LINE));
      Files.createDirectory(home(target));
    }
    Files.createDirectory(home(SOURCE));
    Files.write(file(), lines);
  }

  private static List<String> lines(Map<String, String> settings, String format) {
    List<String> lines = new ArrayList<>();
    settings.forEach((key, value) -> lines.add(format.formatted(key, value)));
    return lines;
  }
}
