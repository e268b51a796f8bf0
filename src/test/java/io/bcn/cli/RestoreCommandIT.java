package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import io.bcn.format.PitId;
import io.bcn.it.Contents;
import io.bcn.it.Lake;
import io.bcn.it.SharedSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The verbs that look at a repository and restore from it, as command lines, over one that was
 * really backed up. The source is gone.
 */
class RestoreCommandIT {
  @TempDir static Path temp;
  private static String repo;
  private static Lake source;
  private static String first;
  private static String second;
  private static Map<String, Contents> atFirst;
  private static Map<String, Contents> atSecond;
  private static int targets;

  @BeforeAll
  static void backUpTwice() throws IOException {
    repo = temp.resolve("repo").toString();
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE NAMESPACE @.hr",
        "CREATE TABLE @.sales.orders (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1)",
        "CREATE TABLE @.sales.items (id BIGINT) USING iceberg",
        "CREATE TABLE @.hr.people (id BIGINT) USING iceberg",
        "INSERT INTO @.hr.people VALUES (7)");
    first = json("backup", "--repo", repo, "--catalog", source.catalog()).path("pit").asText();
    atFirst = Contents.ofAll(source);
    source.sql("INSERT INTO @.sales.orders VALUES (2)", "DROP TABLE @.sales.items");
    second = json("backup", "--repo", repo).path("pit").asText();
    atSecond = Contents.ofAll(source);
    source.vanish();
  }

  @Test
  @DisplayName("test_restore_with_pit_selection")
  void thePitThatIsAskedForIsRestored() throws IOException {
    Lake byId = target();
    JsonNode older = restore(byId, "--pit", first);
    assertThat(older.path("pit").asText()).isEqualTo(first);
    Contents.assertEqual(Contents.ofAll(byId), atFirst);

    Lake byInstant = target();
    String justBefore = pitTimestamp(second).minusMillis(1).toString();
    assertThat(restore(byInstant, "--pit", justBefore, "--dry-run").path("pit").asText())
        .as("the newest at or before it")
        .isEqualTo(first);

    Lake byDefault = target();
    assertThat(restore(byDefault).path("pit").asText()).isEqualTo(second);
    Contents.assertEqual(Contents.ofAll(byDefault), atSecond);
  }

  @Test
  void aSessionThatTriesTasksTwiceAtOnceIsRefused() {
    Lake target = target();
    SparkConf ofTheNotebook = SharedSpark.session().sparkContext().conf();
    ofTheNotebook.set("spark.speculation", "true");
    try {
      Run run = new Console().run("restore", "--repo", repo, "--target-catalog", target.catalog());

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains(
              "Error: Cannot restore in this Spark session: spark.speculation is true, ",
              "Hint: Start the session with spark.speculation=false, or run bin/bcn restore, ");
      assertThat(target.warehouse()).doesNotExist();
    } finally {
      ofTheNotebook.remove("spark.speculation");
    }
  }

  @Test
  @DisplayName("test_restore_with_database_filter")
  void theDatabaseThatIsAskedForIsRestored() throws IOException {
    Lake target = target();

    JsonNode restored = restore(target, "--database", "hr");

    assertThat(restored.path("databases").toString()).isEqualTo("[\"hr\"]");
    assertThat(target.tables()).containsExactly("hr.people");
    assertThat(Contents.of(target, "hr.people")).isEqualTo(atSecond.get("hr.people"));
  }

  @Test
  @DisplayName("test_restore_to_different_location")
  void catalogDatabaseNameAndFolderOfTheTargetAreTheUsers() throws IOException {
    Lake target = target();
    Path folder = temp.resolve("elsewhere");

    JsonNode restored =
        restore(
            target,
            "--table",
            "sales.orders",
            "--target-database",
            "archive",
            "--target-table",
            "orders_2026",
            "--target-location",
            folder.toString());

    assertThat(restored.path("target_catalog").asText()).isEqualTo(target.catalog());
    JsonNode table = restored.path("tables").get(0);
    assertThat(table.path("source").asText()).isEqualTo("sales.orders");
    assertThat(table.path("target").asText()).isEqualTo("archive.orders_2026");
    assertThat(table.path("location").asText()).isEqualTo(folder + "/archive/orders_2026");
    assertThat(target.tables()).containsExactly("archive.orders_2026");
    assertThat(Contents.of(target, "archive.orders_2026")).isEqualTo(atSecond.get("sales.orders"));
    assertThat(target.query("SELECT file_path FROM @.archive.orders_2026.files").collectAsList())
        .isNotEmpty()
        .allSatisfy(file -> assertThat(file.getString(0)).contains(folder.toString()));
  }

  @Test
  void aRepositoryThatWasReallyWrittenIsDescribedAndListed() throws IOException {
    Run described = bcn("describe", "--repo", repo);
    assertThat(described.exitCode()).as(described.err()).isZero();
    assertThat(described.out())
        .contains("Granularity CATALOG\n", "Scope       CATALOG " + source.catalog() + "\n")
        .containsPattern(first + " +yes +2 +3 +2 ")
        .containsPattern(second + " +yes +2 +2 +3 .* 1\n");
    assertThat(described.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(111));
    assertThat(json("describe", "--repo", repo).path("pits").findValuesAsText("pit"))
        .containsExactly(first, second);

    JsonNode older = json("list", "--repo", repo, "--pit", first);
    assertThat(older.path("databases").findValuesAsText("name")).containsExactly("hr", "sales");
    assertThat(older.path("objects").findValuesAsText("status")).containsOnly("ACTIVE");
    JsonNode sales = json("list", "--repo", repo, "--pit", second, "--database", "sales");
    assertThat(sales.path("objects").findValuesAsText("name")).containsExactly("items", "orders");
    assertThat(sales.path("objects").findValuesAsText("status"))
        .containsExactly("DELETED", "ACTIVE");
    JsonNode people = json("list", "--repo", repo, "--database", "hr").path("objects").get(0);
    assertThat(people.path("status").asText()).isEqualTo("UNCHANGED");
    JsonNode states = json("list", "--repo", repo, "--table", "sales.items").path("states");
    assertThat(states.findValuesAsText("status")).containsExactly("ACTIVE", "DELETED");
  }

  private static Instant pitTimestamp(String pit) {
    return PitId.parse(pit).timestamp();
  }

  private static Lake target() {
    targets++;
    return Lake.jdbc(temp.resolve("target-" + targets));
  }

  private static JsonNode restore(Lake target, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("restore", "--repo", repo, "--target-catalog", target.catalog(), "--quiet"));
    words.addAll(List.of(more));
    return json(words.toArray(String[]::new));
  }

  private static JsonNode json(String... words) throws IOException {
    Run run = bcn(Stream.concat(Stream.of(words), Stream.of("--json")).toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
    JsonNode document = new ObjectMapper().readTree(run.out());
    DocumentedKeysTest.assertDocumented(words[0], document);
    return document;
  }

  private static Run bcn(String... words) {
    return new Console().run(words);
  }
}
