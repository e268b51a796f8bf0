package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import io.bcn.it.SharedSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole demo, in the session that is there. */
class DemoIT {
  @TempDir Path temp;
  private SparkSession session;

  @BeforeEach
  void aSessionIsThere() {
    session = SharedSpark.session();
  }

  @Test
  void itTellsTheWholeStoryAndLeavesNothingBehind() {
    Run run = new Console().run("demo");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .containsSubsequence(
            "CREATE TABLE shop.sales.orders",
            "$ bin/bcn backup --repo ",
            "Tables      10: 10 new or changed, 0 unchanged, 0 failed",
            "DROP TABLE shop.web.campaigns;",
            "$ bin/bcn backup --repo ",
            "Renamed     sales.refunds → sales.returns",
            "$ bin/bcn describe --repo ",
            "$ bin/bcn list --repo ",
            "$ mv ",
            "$ bin/bcn restore --repo ",
            "$ bin/bcn restore --repo ",
            "All equal: 2 PITs, 20 tables, ",
            "Where to go next:")
        .doesNotContain("NO\n");
    Matcher folder = Pattern.compile("Everything is in (\\S+), which").matcher(run.out());
    assertThat(folder.find()).isTrue();
    assertThat(Path.of(folder.group(1))).doesNotExist();
    assertThat(SparkSession.getDefaultSession().get()).isSameAs(session);
    assertThat(session.conf().contains("spark.sql.catalog.shop")).isFalse();
  }

  @Test
  void itKeepsEverythingWhereItIsToldToAndAnswersInJson() throws IOException {
    Path kept = temp.resolve("kept");

    Run run =
        new Console()
            .environment("BCN_REPO", "/nowhere/else")
            .run("demo", "--keep", kept.toString(), "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode document = new ObjectMapper().readTree(run.out());
    assertThat(document.path("equal").asBoolean()).isTrue();
    assertThat(document.path("folder").asText()).isEqualTo(kept.toString());
    assertThat(document.path("pits")).hasSize(2);
    for (JsonNode pit : document.path("pits")) {
      assertThat(pit.path("tables")).hasSize(10);
      assertThat(pit.path("tables")).allMatch(table -> table.path("equal").asBoolean());
    }
    assertThat(kept.toFile().list())
        .containsExactlyInAnyOrder(
            "demo.conf", "repository", "shop-moved-away", "copy_1", "copy_2");
    String first = document.path("pits").get(0).path("pit").asText();
    assertThat(
            new Console()
                .property(SparkSettings.PROPERTIES_FILE, kept.resolve("demo.conf").toString())
                .run("list", "--repo", kept.resolve("repository").toString(), "--pit", first)
                .out())
        .contains("web.campaigns");
  }
}
