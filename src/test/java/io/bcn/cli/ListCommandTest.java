package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {
  @TempDir Path temp;
  private String repo;

  @BeforeEach
  void writeRepository() {
    repo = temp.resolve("repo").toString();
    SampleRepository.withPits(Path.of(repo));
  }

  private Run list(String... more) {
    List<String> words = new ArrayList<>(List.of("list", "--repo", repo));
    words.addAll(List.of(more));
    return new Console().run(words.toArray(String[]::new));
  }

  private JsonNode json(String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(more));
    words.add("--json");
    Run run = list(words.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private static List<String> names(JsonNode listing) {
    List<String> names = new ArrayList<>();
    listing
        .path("objects")
        .forEach(row -> names.add(row.path("database").asText() + "." + row.path("name").asText()));
    return names;
  }

  @Test
  void theNewestCompletePitIsListedUnlessAnotherIsAskedFor() {
    assertThat(list())
        .isEqualTo(
            new Run(
                0,
                """
                PIT 20260102T100000.000Z of %s

                DATABASE  STATUS   TABLES  LAST PIT
                hr        ACTIVE        1  -
                sales     ACTIVE        2  -
                old       DELETED       0  20260101T100000.123Z

                TABLE            TYPE   STATUS     SNAPSHOTS  FILES     BYTES  RENAMED FROM  LAST PIT
                hr.old_view      VIEW   DELETED            -      -         -  -             20260101T100000.123Z
                hr.staff         TABLE  UNCHANGED          1      5  10.0 KiB  hr.people     -
                hr.tmp           TABLE  DELETED            -      -         -  -             20260101T100000.123Z
                sales.customers  TABLE  UNCHANGED          1      4   2.0 KiB  -             -
                sales.orders     TABLE  ACTIVE             4  1,500   3.0 GiB  -             -
                sales.recent     VIEW   ACTIVE             -      -         -  -             -

                Not backed up:
                  sales.revenue: it is not an Iceberg table
                """
                    .formatted(repo),
                ""));
  }

  @Test
  @DisplayName("test_list_databases_for_pit")
  void anOlderPitIsListedAsItWas() throws IOException {
    JsonNode byId = json("--pit", "20260101T100000.123Z");

    assertThat(byId.path("pit").asText()).isEqualTo("20260101T100000.123Z");
    assertThat(byId.path("databases").findValuesAsText("name"))
        .containsExactly("hr", "old", "sales");
    assertThat(names(byId))
        .containsExactly("hr.people", "hr.tmp", "sales.customers", "sales.orders");
    assertThat(byId.findValuesAsText("status")).containsOnly("ACTIVE");
    assertThat(json("--pit", "2026-01-02T09:59:59Z")).isEqualTo(byId);
  }

  @Test
  @DisplayName("test_list_tables_for_database_pit")
  void oneDatabaseIsListedAlone() throws IOException {
    JsonNode sales = json("--pit", "latest", "--database", "sales");

    assertThat(sales.path("databases").findValuesAsText("name")).containsExactly("sales");
    assertThat(names(sales)).containsExactly("sales.customers", "sales.orders", "sales.recent");
    assertThat(json("--database", "old").path("databases").findValuesAsText("status"))
        .containsExactly("DELETED");
  }

  @Test
  @DisplayName("test_list_shows_object_status")
  void eachObjectHasItsStatus() throws IOException {
    JsonNode rows = json().path("objects");

    assertThat(rows.findValuesAsText("status"))
        .containsExactly("DELETED", "UNCHANGED", "DELETED", "UNCHANGED", "ACTIVE", "ACTIVE");
    assertThat(rows.findValuesAsText("type"))
        .containsExactly("VIEW", "TABLE", "TABLE", "TABLE", "TABLE", "VIEW");
    assertThat(rows.get(1).path("renamed_from").asText()).isEqualTo("hr.people");
    assertThat(rows.get(2).path("last_pit_included").asText()).isEqualTo("20260101T100000.123Z");
    assertThat(rows.get(2).path("files").isNull()).isTrue();
    assertThat(rows.get(4).path("bytes").asLong()).isEqualTo(3_221_225_472L);
  }

  @Test
  void aStatusIsAFilter() throws IOException {
    assertThat(names(json("--status", "deleted"))).containsExactly("hr.old_view", "hr.tmp");
    assertThat(names(json("--status", "UNCHANGED", "--database", "hr")))
        .containsExactly("hr.staff");
    assertThat(list("--status", "FAILED").out()).contains("Nothing to list.");
  }

  @Test
  void aTableThatFailedIsListedWithItsReason() {
    Run run = list("--pit", "20260103T100000.000Z");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("PIT 20260103T100000.000Z of %s (not complete)\n".formatted(repo))
        .contains("sales.orders  TABLE  FAILED")
        .contains("Failed: sales.orders  SOURCE_MISSING: Cannot read 'a.parquet': it is gone");
  }

  @Test
  void aDatabaseThatNoPitHasIsNotFound() {
    Run run = list("--database", "sale");

    assertThat(run.exitCode()).isEqualTo(25);
    assertThat(run.err())
        .isEqualTo(
            """
            Error: Cannot find database 'sale' in PIT '20260102T100000.000Z': neither it nor an earlier PIT has it
            Hint: Did you mean 'sales'?
            """);
  }

  @Test
  void aPitThatIsNotThereIsNotFound() {
    Run none = list("--pit", "20270101T100000.000Z");
    Run tooOld = list("--pit", "2020-01-01T00:00:00Z");
    Run noPit = list("--pit", "yesterday");

    assertThat(none.exitCode()).isEqualTo(25);
    assertThat(none.err()).contains("Cannot find PIT '20270101T100000.000Z'");
    assertThat(tooOld.exitCode()).isEqualTo(25);
    assertThat(tooOld.err()).contains("no complete PIT is that old");
    assertThat(noPit.exitCode()).isEqualTo(2);
    assertThat(noPit.err()).contains("Cannot use PIT 'yesterday'");
  }

  @Test
  void aTableIsFollowedThroughAllPitsAndUnderEachName() {
    assertThat(list("--table", "hr.staff").out())
        .isEqualTo(
            """
            Table hr.staff in %s, UUID u-people

            PIT                   TABLE      STATUS     SNAPSHOTS  FILES     BYTES  NEW FILES  NEW BYTES  SCHEMA  FORMAT
            20260101T100000.123Z  hr.people  ACTIVE             1      5  10.0 KiB          5   10.0 KiB       0       2
            20260102T100000.000Z  hr.staff   UNCHANGED          1      5  10.0 KiB          0        0 B       0       2
            """
                .formatted(repo));
    assertThat(list("--table", "hr.people").out())
        .as("its old name finds it too")
        .contains("20260102T100000.000Z  hr.staff");
    assertThat(list("--table", "tmp", "--database", "hr").out())
        .contains("20260101T100000.123Z  hr.tmp  ACTIVE")
        .contains("20260102T100000.000Z  hr.tmp  DELETED");
    assertThat(list("--table", "sales.orders", "--status", "failed").out())
        .contains("20260103T100000.000Z")
        .doesNotContain("20260102T100000.000Z");
  }

  @Test
  void aViewIsFollowedThroughAllPitsLikeATable() throws IOException {
    assertThat(list("--table", "sales.recent").out())
        .isEqualTo(
            """
            View sales.recent in %s, UUID u-recent

            PIT                   TABLE         STATUS  SNAPSHOTS  FILES  BYTES  NEW FILES  NEW BYTES  SCHEMA  FORMAT
            20260102T100000.000Z  sales.recent  ACTIVE          -      -      -          -          -       -       -
            """
                .formatted(repo));
    JsonNode document = json("--table", "sales.recent");
    assertThat(document.path("type").asText()).isEqualTo("VIEW");
    assertThat(document.path("states").findValuesAsText("type")).containsExactly("VIEW");
    assertThat(json("--table", "hr.staff").path("type").asText()).isEqualTo("TABLE");
    assertThat(list("--table", "sales.recnt").err()).contains("Did you mean 'sales.recent'?");
  }

  @Test
  void aTableThatNoPitHasIsNotFound() {
    Run run = list("--table", "sales.order");

    assertThat(run.exitCode()).isEqualTo(25);
    assertThat(run.err())
        .contains(
            "Cannot find table 'sales.order' in repository '%s': no PIT has it".formatted(repo))
        .contains("Did you mean 'sales.orders'?");
    assertThat(list("--table", "hr.tmpp").err())
        .as("a table that older PITs have")
        .contains("Did you mean 'hr.tmp'?");
  }

  @Test
  void aRepositoryWithoutAPitSaysSo() {
    SampleRepository.empty(temp.resolve("empty"));

    Run run = new Console().run("list", "--repo", temp.resolve("empty").toString());

    assertThat(run.exitCode()).isEqualTo(25);
    assertThat(run.err()).contains("the repository has no complete PIT yet");
  }
}
