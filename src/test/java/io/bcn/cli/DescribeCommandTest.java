package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import io.bcn.format.PitId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescribeCommandTest {
  @TempDir Path temp;
  private String repo;
  private SampleRepository sample;

  @BeforeEach
  void writeRepository() {
    repo = temp.resolve("repo").toString();
    sample = SampleRepository.withPits(Path.of(repo));
  }

  private Run describe(String... more) {
    List<String> words = new ArrayList<>(List.of("describe", "--repo", repo));
    words.addAll(List.of(more));
    return new Console().run(words.toArray(String[]::new));
  }

  private JsonNode json(String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(more));
    words.add("--json");
    Run run = describe(words.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  @DisplayName("test_describe_shows_granularity")
  void granularityScopeAndAllPitsAreShown() {
    assertThat(describe())
        .isEqualTo(
            new Run(
                0,
                """
                Repository  %s
                Granularity CATALOG
                Scope       CATALOG prod
                Created     2026-01-01 09:59:00 UTC
                PITs        3

                PIT                   COMPLETE  DATABASES  TABLES  SNAPSHOTS  FILES    (NEW)    BYTES      (NEW)  DELETED
                20260101T100000.123Z  yes               3       4          6     22     (22)  4.8 MiB  (4.8 MiB)        0
                20260102T100000.000Z  yes               2       3          6  1,509  (1,488)  3.0 GiB  (3.0 GiB)        3
                20260103T100000.000Z  no                1       1          0      0      (0)      0 B      (0 B)        0
                """
                    .formatted(repo),
                ""));
  }

  @Test
  @DisplayName("test_describe_shows_all_pits")
  void theDocumentHasAllPitsWithTheirNumbers() throws IOException {
    JsonNode document = json();

    assertThat(document.path("schema_version").asText()).isEqualTo("1");
    assertThat(document.path("granularity").asText()).isEqualTo("CATALOG");
    assertThat(document.path("scope").path("catalog").asText()).isEqualTo("prod");
    assertThat(document.path("running_backup").isNull()).isTrue();
    JsonNode pits = document.path("pits");
    assertThat(pits.findValuesAsText("pit"))
        .containsExactly("20260101T100000.123Z", "20260102T100000.000Z", "20260103T100000.000Z");
    JsonNode second = pits.get(1);
    assertThat(second.path("parent_pit").asText()).isEqualTo("20260101T100000.123Z");
    assertThat(second.path("pit_timestamp").asText()).isEqualTo("2026-01-02T10:00:00Z");
    assertThat(second.path("complete").asBoolean()).isTrue();
    assertThat(second.path("bytes_total").asLong()).isEqualTo(3_221_225_472L + 2048 + 10_240);
    assertThat(second.path("bytes_new").asLong()).isEqualTo(3_216_225_472L);
    assertThat(second.path("files_total").asLong()).isEqualTo(1509);
    assertThat(second.path("files_new").asLong()).isEqualTo(1488);
    assertThat(second.path("deleted_objects").asLong()).isEqualTo(3);
    assertThat(second.path("counts").path("views").asLong()).isEqualTo(1);
    assertThat(second.path("has_deleted_objects").asBoolean()).isTrue();
    assertThat(second.path("counts").path("databases").asLong()).isEqualTo(2);
    assertThat(second.path("counts").path("tables").asLong()).isEqualTo(3);
    assertThat(second.path("counts").path("snapshots").asLong()).isEqualTo(6);
    assertThat(second.path("counts").path("unchanged").asLong()).isEqualTo(2);
    assertThat(pits.get(2).path("complete").asBoolean()).isFalse();
  }

  @Test
  void aRunningBackupIsShown() throws IOException {
    sample.claim(PitId.parse("20260201T115900.000Z"), Console.NOW.plusSeconds(60));

    assertThat(describe().out())
        .contains(
            "Running     a backup of PIT 20260201T115900.000Z (run 'nightly', process 4711 on"
                + " elsewhere.example.com, since 2026-02-01 11:59:00 UTC)\n");
    assertThat(json().path("running_backup").path("run_id").asText()).isEqualTo("nightly");
  }

  @Test
  void aParentThatIsNotTheRowAboveIsNamed() {
    sample.storage().delete(io.bcn.format.Layout.pitManifest("prod", SampleRepository.SECOND));

    assertThat(describe().out())
        .endsWith("\nThe parent of PIT 20260103T100000.000Z was 20260102T100000.000Z.\n");
  }

  @Test
  void aRepositoryWithoutAPitIsDescribed() {
    SampleRepository.empty(temp.resolve("empty"));

    Run run = new Console().run("describe", "--repo", temp.resolve("empty").toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).endsWith("PITs        0\n");
  }

  @Test
  void onePitIsDescribedWithWhatIsSpecialAboutIt() {
    assertThat(describe("--pit", "latest").out())
        .isEqualTo(
            """
            PIT         20260102T100000.000Z
            Parent      20260101T100000.123Z
            Repository  %s
            Scope       CATALOG prod
            Complete    yes
            Cut         CONSISTENT, 2026-01-02 10:00:00 to 2026-01-02 10:00:01 UTC
            Run         run-20260102T100000.000Z
            Written by  bcn 0.1.0
            Databases   hr, sales
            Tables      3: 1 new or changed, 2 unchanged, 0 failed; 6 snapshots
            Views       1: 1 new or changed, 0 unchanged, 0 failed
            New         1,488 files, 3.0 GiB
            Total       1,509 files, 3.0 GiB
            Deleted     table hr.tmp, last in 20260101T100000.123Z
            Deleted     database old, last in 20260101T100000.123Z
            Deleted     view hr.old_view, last in 20260101T100000.123Z
            Skipped     sales.revenue: it is not an Iceberg table
            """
                .formatted(repo));
    assertThat(describe("--pit", "20260103T100000.000Z").out())
        .contains("Complete    no: 'latest' passes it over\n")
        .contains(
            "Failed      sales.orders  SOURCE_MISSING: Cannot read 'a.parquet': it is gone\n");
  }

  @Test
  void oneTableIsDescribedWithSchemasPropertiesRefsAndStates() throws IOException {
    assertThat(describe("--table", "sales.orders").out())
        .isEqualTo(
            """
            Table       sales.orders
            PIT         20260102T100000.000Z
            Repository  %s
            Status      ACTIVE
            UUID        u-orders
            Format      Iceberg version 2
            Stored in   20260101T100000.123Z
            Metadata    s3://lake/sales.orders/metadata/00001.metadata.json
            Coverage    all
            Snapshots   4

            Schema version 3 (current):
              1: id long required
              2: tags list<struct<key: string>>

            Partition spec 0: unpartitioned

            Partition spec 1 (current): id_bucket = bucket[4](id)

            Properties:
              write.format.default = parquet

            Refs:
              branch main → snapshot 42

            States:
            PIT                   TABLE         STATUS  SNAPSHOTS  FILES    BYTES  NEW FILES  NEW BYTES  SCHEMA  FORMAT
            20260101T100000.123Z  sales.orders  ACTIVE          3     12  4.8 MiB         12    4.8 MiB       2       2
            20260102T100000.000Z  sales.orders  ACTIVE          4  1,500  3.0 GiB      1,488    3.0 GiB       3       2
            20260103T100000.000Z  sales.orders  FAILED          0      0      0 B          0        0 B       0       2
            """
                .formatted(repo));
    JsonNode document = json("--table", "sales.orders");
    assertThat(document.path("format_version").asInt()).isEqualTo(2);
    assertThat(document.path("current_schema_version").asInt()).isEqualTo(3);
    assertThat(document.path("schemas").get(0).path("schema_version").asInt()).isEqualTo(3);
    assertThat(document.path("states")).hasSize(3);
  }

  @Test
  void oneViewIsDescribedWithAllItsVersionsAndDialects() throws IOException {
    assertThat(describe("--table", "sales.recent").out())
        .isEqualTo(
            """
            View        sales.recent
            PIT         20260102T100000.000Z
            Repository  %s
            Status      ACTIVE
            UUID        u-recent
            Format      Iceberg view version 1
            Stored in   20260102T100000.000Z
            Metadata    s3://lake/sales.recent/metadata/00000.gz.metadata.json

            Version 1, 2026-01-02 10:00:00 UTC:
              spark: SELECT id FROM orders

            Version 2 (current), 2026-01-02 10:01:00 UTC:
              spark: SELECT id
                FROM orders
              trino: SELECT id FROM orders LIMIT 9

            Properties:
              comment = the last ones
              team = a

            States:
            PIT                   TABLE         STATUS  SNAPSHOTS  FILES  BYTES  NEW FILES  NEW BYTES  SCHEMA  FORMAT
            20260102T100000.000Z  sales.recent  ACTIVE          -      -      -          -          -       -       -
            """
                .formatted(repo));
    JsonNode document = json("--table", "sales.recent");
    assertThat(document.path("type").asText()).isEqualTo("VIEW");
    assertThat(document.path("current_version").asInt()).isEqualTo(2);
    assertThat(document.path("versions").get(1).path("representations")).hasSize(2);
  }

  @Test
  void aViewThatWasDeletedSinceIsNotFoundAndTheHintSaysWhereItIs() {
    assertThat(describe("--table", "hr.old_view").err())
        .contains("Cannot find table 'hr.old_view' in PIT '20260102T100000.000Z'")
        .contains("the last PIT that has it: --pit 20260101T100000.123Z.");
    assertThat(describe("--table", "sales.recnt").err()).contains("Did you mean 'sales.recent'?");
  }

  @Test
  void aTableThatIsNotInThePitIsNotFoundAndTheHintSaysWhereItIs() {
    Run deleted = describe("--table", "hr.tmp");
    Run renamed = describe("--table", "hr.people");
    Run unknown = describe("--table", "sales.ordres");
    Run failed = describe("--pit", "20260103T100000.000Z", "--table", "sales.orders");

    assertThat(List.of(deleted, renamed, unknown, failed))
        .extracting(Run::exitCode)
        .containsOnly(25);
    assertThat(deleted.err())
        .contains("Cannot find table 'hr.tmp' in PIT '20260102T100000.000Z'")
        .contains("the last PIT that has it: --pit 20260101T100000.123Z.");
    assertThat(renamed.err()).contains("It has a new name: --table hr.staff.");
    assertThat(unknown.err()).contains("Did you mean 'sales.orders'?");
    assertThat(failed.err())
        .contains("Cannot describe table 'sales.orders' of PIT '20260103T100000.000Z'")
        .contains("Cannot read 'a.parquet': it is gone");
  }

  @Test
  void aRepositoryOfANewerFormatIsRefused() {
    sample
        .storage()
        .replace(
            io.bcn.format.Layout.repositoryManifest(),
            "{\"version\": \"2\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    Run run = describe();

    assertThat(run.exitCode()).isEqualTo(23);
    assertThat(run.err()).contains("it has format version 2 and this program reads up to 1");
  }
}
