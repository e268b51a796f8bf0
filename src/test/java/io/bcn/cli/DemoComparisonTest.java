package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.PitId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The demo would be worth nothing if it called unequal tables equal. */
class DemoComparisonTest {
  private static final Map<String, List<String>> ROWS =
      Map.of(
          "now", List.of("{\"id\":1}", "{\"id\":2}"),
          "snapshot 7", List.of("{\"id\":1}", "{\"id\":2}"),
          "branch main = 7", List.of("{\"id\":1}", "{\"id\":2}"));

  private static DemoContents.Table table(String schema, Map<String, List<String>> rows) {
    return new DemoContents.Table(schema, new TreeMap<>(rows));
  }

  private static DemoContents contents(Map<String, DemoContents.Table> tables) {
    return new DemoContents(new TreeMap<>(tables));
  }

  private static DemoComparison compare(
      Map<String, DemoContents.Table> source, Map<String, DemoContents.Table> restored) {
    return DemoComparison.of(
        PitId.parse("20260201T120000.000Z"), "copy", contents(source), contents(restored));
  }

  @Test
  void equalTablesAreEqual() {
    DemoComparison comparison =
        compare(Map.of("a.t", table("x", ROWS)), Map.of("a.t", table("x", ROWS)));

    assertThat(comparison.equal()).isTrue();
    assertThat(comparison.text())
        .isEqualTo(
            """
            TABLE  SNAPSHOTS  BRANCHES  TAGS  ROWS  EQUAL
            a.t            1         1     0     6  yes
            """);
  }

  @Test
  void aRowThatIsMissingFromOneSnapshotIsADifference() {
    Map<String, List<String>> fewer = new TreeMap<>(ROWS);
    fewer.put("snapshot 7", List.of("{\"id\":1}"));

    DemoComparison comparison =
        compare(Map.of("a.t", table("x", ROWS)), Map.of("a.t", table("x", fewer)));

    assertThat(comparison.equal()).isFalse();
    assertThat(comparison.text())
        .endsWith("     5  NO\nTable a.t: the rows of 'snapshot 7' differ.\n");
  }

  @Test
  void aSnapshotThatIsMissingIsADifference() {
    Map<String, List<String>> fewer = new TreeMap<>(ROWS);
    fewer.remove("snapshot 7");

    assertThat(compare(Map.of("a.t", table("x", ROWS)), Map.of("a.t", table("x", fewer))).text())
        .endsWith(
            "Table a.t: it has [branch main = 7, now] instead of [branch main = 7, now, snapshot 7].\n");
  }

  @Test
  void anotherSchemaIsADifference() {
    assertThat(compare(Map.of("a.t", table("x", ROWS)), Map.of("a.t", table("y", ROWS))).text())
        .endsWith("Table a.t: its schema differs.\n");
  }

  @Test
  void aTableTooFewOrTooManyIsADifference() {
    DemoComparison comparison =
        compare(Map.of("a.lost", table("x", ROWS)), Map.of("a.extra", table("x", ROWS)));

    assertThat(comparison.equal()).isFalse();
    assertThat(comparison.text())
        .endsWith(
            "Table a.extra: the source had no such table.\nTable a.lost: it was not restored.\n");
  }

  @Test
  void nothingAtAllIsNotEqual() {
    assertThat(compare(Map.of(), Map.of()).equal()).isFalse();
  }
}
