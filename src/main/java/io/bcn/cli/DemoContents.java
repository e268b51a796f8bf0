package io.bcn.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * All that can be read from a catalog's tables, for the demo to compare; small enough to hold.
 *
 * @param tables by {@code database.table}
 */
record DemoContents(SortedMap<String, Table> tables) {

  /**
   * One table.
   *
   * @param schema the current one
   * @param states the rows, as sorted JSON texts, of all that can be read: {@code now}, {@code
   *     snapshot <id>}, {@code branch <name> = <id>}, {@code tag <name> = <id>}
   */
  record Table(String schema, SortedMap<String, List<String>> states) {

    /** How many states are of that kind: snapshot, branch, tag. */
    long count(String kind) {
      return states.keySet().stream().filter(state -> state.startsWith(kind + " ")).count();
    }

    /** The rows of all states together. */
    long rows() {
      return states.values().stream().mapToLong(List::size).sum();
    }
  }

  /** Reads them with Spark SQL, one query a table: a query costs more than these rows. */
  static DemoContents of(SparkSession spark, String catalog) {
    SortedMap<String, Table> tables = new TreeMap<>();
    for (Row database : spark.sql("SHOW NAMESPACES IN " + catalog).collectAsList()) {
      String tablesOf = "SHOW TABLES IN %s.%s".formatted(catalog, database.getString(0));
      for (Row table : spark.sql(tablesOf).collectAsList()) {
        String name = "%s.%s".formatted(database.getString(0), table.getString(1));
        tables.put(name, table(spark, catalog + "." + name));
      }
    }
    return new DemoContents(tables);
  }

  private static Table table(SparkSession spark, String table) {
    SortedMap<String, String> sources = sources(spark, table);
    SortedMap<String, List<String>> states = new TreeMap<>();
    sources.keySet().forEach(state -> states.put(state, new ArrayList<>()));
    String everything =
        sources.entrySet().stream()
            .map(
                source ->
                    "SELECT '%s', to_json(struct(*), map('ignoreNullFields', 'false')) FROM %s"
                        .formatted(source.getKey(), source.getValue()))
            .collect(Collectors.joining(" UNION ALL "));
    spark
        .sql(everything)
        .collectAsList()
        .forEach(row -> states.get(row.getString(0)).add(row.getString(1)));
    states.values().forEach(rows -> rows.sort(null));
    return new Table(spark.table(table).schema().treeString(), states);
  }

  /** What to select from, by state. */
  private static SortedMap<String, String> sources(SparkSession spark, String table) {
    SortedMap<String, String> sources = new TreeMap<>();
    sources.put("now", table);
    String states =
        "SELECT 'snapshot', CAST(snapshot_id AS STRING), snapshot_id FROM %1$s.snapshots UNION ALL"
            + " SELECT lower(type), name, snapshot_id FROM %1$s.refs";
    for (Row state : spark.sql(states.formatted(table)).collectAsList()) {
      String kind = state.getString(0);
      long id = state.getLong(2);
      if (kind.equals("snapshot")) {
        sources.put("snapshot " + id, "%s VERSION AS OF %d".formatted(table, id));
      } else {
        String name = state.getString(1);
        sources.put(
            "%s %s = %d".formatted(kind, name, id), "%s VERSION AS OF '%s'".formatted(table, name));
      }
    }
    return sources;
  }
}
