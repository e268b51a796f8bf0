package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Everything that can be read from a table: the rows of every retained snapshot, branch and tag.
 *
 * @param rows by {@code snapshot <id>}, {@code branch <name>}, {@code tag <name>} and {@code now};
 *     sorted
 */
public record Contents(Map<String, List<String>> rows, List<String> schema) {

  public static Contents of(Lake lake, String table) {
    return of(lake, table, "true");
  }

  /** The rows that match a condition in SQL. */
  static Contents of(Lake lake, String table, String condition) {
    Map<String, List<String>> rows = new TreeMap<>();
    String where = " WHERE " + condition;
    Dataset<Row> now = lake.query("SELECT * FROM @." + table + where);
    rows.put("now", rows(now));
    Table loaded = lake.load(table);
    for (Snapshot snapshot : loaded.snapshots()) {
      long id = snapshot.snapshotId();
      rows.put("snapshot " + id, rows(version(lake, table, String.valueOf(id), where)));
    }
    loaded
        .refs()
        .forEach(
            (name, ref) ->
                rows.put(
                    "%s %s = %d".formatted(ref.type(), name, ref.snapshotId()),
                    // What Spark reads of a table is its main branch.
                    name.equals(SnapshotRef.MAIN_BRANCH)
                        ? rows.get("now")
                        : rows(version(lake, table, "'" + name + "'", where))));
    return new Contents(rows, List.of(now.schema().treeString().split("\n")));
  }

  private static Dataset<Row> version(Lake lake, String table, String version, String where) {
    return lake.query("SELECT * FROM @.%s VERSION AS OF %s".formatted(table, version) + where);
  }

  /** The contents of all tables of the lake. */
  public static Map<String, Contents> ofAll(Lake lake) {
    Map<String, Contents> contents = new TreeMap<>();
    lake.tables().forEach(table -> contents.put(table, of(lake, table)));
    return contents;
  }

  private static List<String> rows(Dataset<Row> query) {
    return query.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  /** Compares table by table, so that a difference names its table. */
  public static void assertEqual(Map<String, Contents> actual, Map<String, Contents> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (table, contents) -> assertThat(actual.get(table)).as(table).isEqualTo(contents));
  }
}
