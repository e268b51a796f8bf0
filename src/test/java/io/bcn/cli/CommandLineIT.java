package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import io.bcn.it.Lake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that use Spark, as command lines, in the session that is there. */
class CommandLineIT {
  @TempDir Path temp;
  private Lake source;
  private String repo;

  @BeforeEach
  void makeACatalog() {
    repo = temp.resolve("repo").toString();
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT, note STRING) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1, 'a'), (2, 'b')",
        "CREATE TABLE @.sales.customers (id BIGINT) USING iceberg");
  }

  private static Run bcn(String... words) {
    return new Console().run(words);
  }

  private static JsonNode document(Run run) throws IOException {
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void aPlanIsPrintedThenABackupThenWhatItHolds() throws IOException {
    Run plan = bcn("backup", "--repo", repo, "--catalog", source.catalog(), "--dry-run");

    assertThat(plan.exitCode()).as(plan.err()).isZero();
    assertThat(plan.out())
        .startsWith(
            "PIT         (plan only, nothing is written)\nParent      (none: the first PIT)\n")
        .containsPattern("TABLE +CHANGE +FILES +BYTES +ROUTE\n")
        .containsPattern("sales\\.orders +NEW +\\d+ +[\\d.]+ KiB +streamed\n");
    assertThat(Path.of(repo)).doesNotExist();

    Run first = bcn("backup", "--repo", repo, "--catalog", source.catalog());

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("Scope       CATALOG " + source.catalog())
        .contains("Tables      2: 2 new or changed, 0 unchanged, 0 failed");
    assertThat(first.err()).contains("Pinning the tables of CATALOG", "Committing PIT");

    source.sql(
        "INSERT INTO @.sales.orders VALUES (3, 'c')",
        "ALTER TABLE @.sales.customers RENAME TO sales.clients",
        "CREATE TABLE @.sales.gone (id BIGINT) USING iceberg");
    bcn("backup", "--repo", repo, "--quiet");
    source.sql("DROP TABLE @.sales.gone");
    Path result = temp.resolve("result.json");
    Run third =
        bcn("backup", "--repo", repo, "--quiet", "--json", "--result-file", result.toString());

    JsonNode summary = document(third);
    assertThat(third.err()).isEmpty();
    assertThat(Files.readString(result)).isEqualTo(third.out());
    assertThat(summary.path("schema_version").asText()).isEqualTo("1");
    assertThat(summary.path("tables").path("deleted").get(0).asText()).isEqualTo("sales.gone");

    JsonNode pits = document(bcn("describe", "--repo", repo, "--json")).path("pits");
    assertThat(pits).hasSize(3);
    assertThat(pits.get(2).path("pit")).isEqualTo(summary.path("pit"));
    assertThat(pits.get(1).path("pit")).isEqualTo(summary.path("parent_pit"));
    assertThat(bcn("list", "--repo", repo, "--status", "deleted").out()).contains("sales.gone");
    assertThat(bcn("list", "--repo", repo, "--pit", pits.get(1).path("pit").asText()).out())
        .containsPattern("sales\\.clients +TABLE +UNCHANGED .* sales\\.customers");
    assertThat(bcn("describe", "--repo", repo, "--table", "sales.orders").out())
        .contains("2: note string", "branch main → snapshot");
  }

  @Test
  void aScopeThatDiffersIsRefused() {
    bcn("backup", "--repo", repo, "--catalog", source.catalog());

    Run narrower = bcn("backup", "--repo", repo, "--database", "sales");

    assertThat(narrower.exitCode()).isEqualTo(26);
    assertThat(narrower.err())
        .contains("Cannot back up DATABASE %s.sales into repository".formatted(source.catalog()));
  }

  @Test
  void aFirstBackupNeedsACatalogThatIsConfigured() {
    Run noCatalog = bcn("backup", "--repo", repo);
    Run unknown = bcn("backup", "--repo", repo, "--catalog", "nowhere");

    assertThat(noCatalog.exitCode()).isEqualTo(2);
    assertThat(noCatalog.err()).contains("no --catalog says what to back up");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("nowhere").contains("\nHint: ");
    assertThat(Path.of(repo)).doesNotExist();
  }

  @Test
  void theSameRunIdReturnsTheSamePit() throws IOException {
    JsonNode first =
        document(
            bcn(
                "backup",
                "--repo",
                repo,
                "--catalog",
                source.catalog(),
                "--run-id",
                "n1",
                "--json"));
    JsonNode again = document(bcn("backup", "--repo", repo, "--run-id", "n1", "--json"));

    assertThat(again.path("pit")).isEqualTo(first.path("pit"));
    assertThat(again.path("run_id").asText()).isEqualTo("n1");
  }

  @Test
  void aTableIsRestoredUnderAnotherName() throws IOException {
    bcn("backup", "--repo", repo, "--catalog", source.catalog());

    Run exists = bcn("restore", "--repo", repo, "--database", "sales", "--table", "orders");
    Run plan =
        bcn(
            "restore",
            "--repo",
            repo,
            "--table",
            "sales.orders",
            "--target-table",
            "copy",
            "--dry-run");
    Run restored =
        bcn("restore", "--repo", repo, "--table", "sales.orders", "--target-table", "copy");

    assertThat(exists.exitCode()).isEqualTo(28);
    assertThat(plan.exitCode()).as(plan.err()).isZero();
    assertThat(plan.out())
        .contains("To restore  1 tables")
        .contains("(plan only")
        .contains("Route       every file is streamed");
    assertThat(restored.exitCode()).as(restored.err()).isZero();
    assertThat(restored.out())
        .contains("Restored    1 tables")
        .containsPattern("sales\\.orders +sales\\.copy +1 ");
    assertThat(source.query("SELECT * FROM @.sales.copy").count()).isEqualTo(2);

    Run skipped = bcn("restore", "--repo", repo, "--if-exists", "skip", "--json");

    assertThat(document(skipped).path("skipped")).hasSize(2);
  }

  @Test
  void aPartOfATableIsBackedUpShownAndAppendedToATableThatExists() throws IOException {
    source.sql(
        "CREATE TABLE @.sales.events (id BIGINT, region STRING) USING iceberg PARTITIONED BY (region)",
        "INSERT INTO @.sales.events VALUES (1, 'eu'), (2, 'us')",
        "CREATE TABLE @.sales.copy (id BIGINT, region STRING) USING iceberg",
        "INSERT INTO @.sales.copy VALUES (7, 'own')");

    Run backup =
        bcn(
            "backup",
            "--repo",
            repo,
            "--catalog",
            source.catalog(),
            "--table",
            "sales.events",
            "--where",
            "region = 'eu'");

    assertThat(backup.exitCode()).as(backup.err()).isZero();
    assertThat(document(bcn("list", "--repo", repo, "--json")).path("coverage").asText())
        .isEqualTo("region = 'eu'");
    Run other = bcn("backup", "--repo", repo, "--where", "region = 'us'");
    assertThat(other.exitCode()).as(other.err()).isEqualTo(26);
    String[] append = {
      "restore", "--repo", repo, "--target-table", "copy", "--if-exists", "append", "--json"
    };
    JsonNode first = document(bcn(append));
    assertThat(first.path("appended").get(0).path("rows").asInt()).isEqualTo(1);
    assertThat(first.path("notices").toString())
        .contains("Table 'sales.copy' gets only the rows where region = 'eu'");
    assertThat(document(bcn(append)).path("skipped").get(0).asText()).isEqualTo("sales.copy");
    assertThat(source.query("SELECT * FROM @.sales.copy ORDER BY id").collectAsList())
        .extracting(Object::toString)
        .containsExactly("[1,eu]", "[7,own]");
  }

  @Test
  void aTableWhoseFilesAreGoneMakesAPartialBackup() throws IOException {
    try (var files = Files.walk(source.warehouse())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        Files.delete(file);
      }
    }

    Run run = bcn("backup", "--repo", repo, "--catalog", source.catalog(), "--quiet");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.out())
        .contains("This is not a complete PIT")
        .contains("sales.orders  SOURCE_MISSING: ");
    assertThat(bcn("list", "--repo", repo).exitCode()).as("latest passes it over").isEqualTo(25);
  }

  @Test
  void aPitThatIsNotThereIsNotFound() {
    bcn("backup", "--repo", repo, "--catalog", source.catalog());

    Run run = bcn("restore", "--repo", repo, "--pit", "20200101T000000.000Z", "--json");

    assertThat(run.exitCode()).isEqualTo(25);
    assertThat(run.out()).contains("\"error\" : \"NOT_FOUND\"");
  }
}
