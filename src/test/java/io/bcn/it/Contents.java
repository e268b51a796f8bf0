package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    String name = "@." + table;
    String where = " WHERE " + condition;
    rows.put("now", rows(lake, "SELECT * FROM " + name + where));
    for (Row snapshot :
        lake.query("SELECT snapshot_id FROM " + name + ".snapshots").collectAsList()) {
      long id = snapshot.getLong(0);
      rows.put(
          "snapshot " + id,
          rows(lake, "SELECT * FROM %s VERSION AS OF %d".formatted(name, id) + where));
    }
    for (Row ref :
        lake.query("SELECT type, name, snapshot_id FROM " + name + ".refs").collectAsList()) {
      String key = "%s %s = %d".formatted(ref.getString(0), ref.getString(1), ref.getLong(2));
      rows.put(
          key,
          rows(
              lake,
              "SELECT * FROM %s VERSION AS OF '%s'".formatted(name, ref.getString(1)) + where));
    }
    return new Contents(
        rows, List.of(lake.query("SELECT * FROM " + name).schema().treeString().split("\n")));
  }

  /** The contents of all tables of the lake. */
  public static Map<String, Contents> ofAll(Lake lake) {
    Map<String, Contents> contents = new TreeMap<>();
    lake.tables().forEach(table -> contents.put(table, of(lake, table)));
    return contents;
  }

  private static List<String> rows(Lake lake, String query) {
    return lake.query(query).collectAsList().stream().map(Row::toString).sorted().toList();
  }

  /** Compares table by table, so that a difference names its table. */
  public static void assertEqual(Map<String, Contents> actual, Map<String, Contents> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (table, contents) -> assertThat(actual.get(table)).as(table).isEqualTo(contents));
  }
}
