package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import io.bcn.it.Lake;
import io.bcn.it.LessMachinery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which object belongs to which PITs, and the end of those that belong to none, as command lines.
 */
@ExtendWith(LessMachinery.class)
class ObjectsIT {
  @TempDir Path temp;
  private String repo;
  private String first;
  private String second;

  @BeforeEach
  void backUpTwice() {
    repo = temp.resolve("repo").toString();
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1)",
        "CREATE TABLE @.sales.clients (id BIGINT) USING iceberg");
    first = pit(bcn("backup", "--catalog", source.catalog(), "--quiet", "--json"));
    source.sql("INSERT INTO @.sales.orders VALUES (2)");
    second = pit(bcn("backup", "--quiet", "--json"));
  }

  private Run bcn(String verb, String... more) {
    List<String> words = new ArrayList<>(List.of(verb, "--repo", repo));
    words.addAll(List.of(more));
    return new Console().run(words.toArray(String[]::new));
  }

  private static String pit(Run run) {
    return json(run).path("pit").asText();
  }

  private static JsonNode json(Run run) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    try {
      return new ObjectMapper().readTree(run.out());
    } catch (IOException e) {
      throw new AssertionError(run.out(), e);
    }
  }

  private JsonNode objects(String... more) {
    List<String> words = new ArrayList<>(List.of("--objects", "--json", "--quiet"));
    words.addAll(List.of(more));
    return json(bcn("describe", words.toArray(String[]::new)));
  }

  @Test
  void eachObjectIsShownWithAllPitsThatReachIt() throws IOException {
    JsonNode all = objects();
    DocumentedKeysTest.assertDocumented("describe", all);

    assertThat(all.path("pits").asLong()).isEqualTo(2);
    assertThat(all.path("orphaned").path("objects").asLong()).isZero();
    assertThat(all.path("objects")).hasSize((int) all.path("reached").path("objects").asLong());
    for (JsonNode object : all.path("objects")) {
      String key = object.path("key").asText();
      List<String> pits = new ArrayList<>();
      object.path("pits").forEach(pit -> pits.add(pit.asText()));
      assertThat(pits).as(key).isEqualTo(expected(key, object.path("kind").asText()));
      assertThat(object.path("bytes").asLong()).isPositive();
    }
    assertThat(all.path("objects").findValuesAsText("kind"))
        .contains("TABLE_STATE", "INVENTORY", "METADATA", "MANIFEST_LIST", "MANIFEST", "DATA")
        .doesNotContain("OTHER");
    assertThat(all.path("objects").findValuesAsText("location"))
        .anyMatch(location -> location.endsWith(".parquet"));
  }

  /** What the first PIT stored of the changed table serves both, but for its own state. */
  private List<String> expected(String key, String kind) {
    if (key.contains(second)) {
      return List.of(second);
    }
    boolean onlyOfFirst = key.contains("/orders/") && kind.equals("TABLE_STATE");
    return onlyOfFirst ? List.of(first) : List.of(first, second);
  }

  @Test
  void aTableOrAPitIsAChoiceAndTheListIsCut() {
    JsonNode clients = objects("--table", "sales.clients");
    assertThat(clients.path("objects").findValuesAsText("key"))
        .isNotEmpty()
        .allMatch(key -> key.contains("/clients/"));
    assertThat(objects("--pit", first).path("objects").findValuesAsText("key"))
        .isNotEmpty()
        .noneMatch(key -> key.contains(second));
    assertThat(objects("--limit", "2").path("objects")).hasSize(2);
    Run text = bcn("describe", "--objects", "--limit", "1", "--quiet");
    assertThat(text.out())
        .contains("PITs        2\n")
        .containsPattern("\nKIND +BYTES +PITS +FIRST PIT +LAST PIT +OBJECT\n")
        .containsPattern("\nand \\d+ more\n");
    assertThat(bcn("describe", "--objects", "--limit", "many").exitCode()).isEqualTo(2);
  }

  @Test
  void anOrphanIsShownAndCollectedWhenItIsOldEnough() throws IOException {
    Path orphan =
        Path.of(
            repo,
            json(bcn("describe", "--objects", "--json", "--quiet", "--pit", first))
                .path("objects")
                .get(0)
                .path("key")
                .asText()
                .replace(first, "20200101T000000.000Z"));
    Files.createDirectories(orphan.getParent());
    Files.write(orphan, new byte[2048]);

    assertThat(bcn("describe", "--objects", "--quiet").out())
        .contains("Orphaned    1 objects, 2.0 KiB: no PIT reaches them\n");
    // The console's clock stands in a past in which nothing of this was stored yet.
    assertThat(bcn("gc", "--quiet", "--grace", "0s").out())
        .contains("Removed      0 objects")
        .contains("Kept         1 objects, 2.0 KiB that no PIT reaches");
    Files.setLastModifiedTime(orphan, FileTime.from(Console.NOW.minusSeconds(25 * 3600)));
    Run plan = bcn("gc", "--dry-run");
    assertThat(plan.out())
        .contains("Would remove 1 objects, 2.0 KiB that no PIT reaches\n")
        .contains(Path.of(repo).relativize(orphan).toString());
    assertThat(orphan).exists();

    JsonNode done = json(bcn("gc", "--json", "--quiet"));
    DocumentedKeysTest.assertDocumented("gc", done);

    assertThat(done.path("reclaimed").path("objects").asLong()).isEqualTo(1);
    assertThat(orphan).doesNotExist();
    assertThat(bcn("gc", "--grace", "soon").err()).contains("'soon' is no length of time");
  }
}
