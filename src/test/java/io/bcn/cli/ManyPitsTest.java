package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import io.bcn.format.DatabaseName;
import io.bcn.format.Documents;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitManifest.CutWindow;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.PitManifest.DeletedInSource;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.TableTotals;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions to a repository of many PITs of many tables. Specification, group 9. */
class ManyPitsTest {
  private static final int PITS = Boolean.getBoolean("bcn.full") ? 1000 : 200;
  private static final int TABLES = 500;
  private static final DatabaseName DATABASE = DatabaseName.parse("db");
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  /** A second or two is usual; a listing that reads what it need not takes far longer. */
  private static final Duration MOST_FOR_ONE_PIT = Duration.ofSeconds(10);

  private static final Duration MOST_FOR_ALL_PITS = Duration.ofMillis(300L * PITS);

  @TempDir Path temp;

  @Test
  @DisplayName("test_pit_manifest_query_performance")
  void manifestsOfManyPitsAreAskedFast() throws IOException {
    writePits();

    JsonNode repository = asked(MOST_FOR_ALL_PITS, "describe");
    JsonNode pit = asked(MOST_FOR_ONE_PIT, "describe", "--pit", "latest");
    JsonNode objects = asked(MOST_FOR_ONE_PIT, "list");
    JsonNode early = asked(MOST_FOR_ONE_PIT, "list", "--pit", "2025-01-02T12:00:00Z");
    JsonNode history = asked(MOST_FOR_ALL_PITS, "list", "--table", "db.t00042");

    assertThat(repository.path("pits")).hasSize(PITS);
    assertThat(pit.path("pit").path("counts").path("tables").asInt()).isEqualTo(TABLES);
    assertThat(objects.path("objects")).hasSize(TABLES);
    assertThat(early.path("pit").asText()).isEqualTo(pit(1).toString());
    assertThat(history.path("states")).hasSize(PITS);
  }

  private JsonNode asked(Duration most, String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--repo", temp.toString(), "--json"));
    Instant begin = Instant.now();
    Run run = new Console().run(line.toArray(String[]::new));
    Duration took = Duration.between(begin, Instant.now());
    System.out.printf(
        "bcn %s, of %d PITs of %d tables: %d ms%n",
        String.join(" ", words), PITS, TABLES, took.toMillis());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(took).as("bcn %s", String.join(" ", words)).isLessThan(most);
    return new ObjectMapper().readTree(run.out());
  }

  /** Each PIT changes one table in a hundred. */
  private void writePits() {
    Storage storage = StorageLocation.parse(temp.toString()).open(Map.of());
    Repository.create(storage, Scope.ofCatalog("prod"), START);
    List<TableEntry> tables = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      tables.add(changed(i, pit(0)));
    }
    Optional<PitManifest.Parent> parent = Optional.empty();
    for (int number = 0; number < PITS; number++) {
      byte[] bytes = Documents.write(manifest(pit(number), parent, tables));
      storage.create(Layout.pitManifest("prod", pit(number)), bytes);
      parent = Optional.of(new PitManifest.Parent(pit(number), Documents.sha256(bytes)));
      for (int i = 0; i < TABLES; i++) {
        tables.set(
            i,
            i % 100 == number % 100
                ? changed(i, pit(number + 1))
                : tables.get(i).carriedOver(tables.get(i).tableName()));
      }
    }
  }

  private static PitId pit(int number) {
    return new PitId(START.plus(Duration.ofDays(number)));
  }

  private static PitManifest manifest(
      PitId pit, Optional<PitManifest.Parent> parent, List<TableEntry> tables) {
    return PitManifest.of(
        pit,
        parent,
        "run-" + pit,
        "bcn 0.1.0",
        new CutWindow(CutMode.CONSISTENT, pit.timestamp(), pit.timestamp()),
        new DeletedInSource(List.of(), List.of()),
        List.of(new DatabaseEntry(DATABASE, Map.of("owner", "nobody"))),
        tables,
        List.of(),
        List.of());
  }

  private static TableEntry changed(int number, PitId pit) {
    TableName name = new TableName(DATABASE, "t%05d".formatted(number));
    ObjectKey key =
        ObjectKey.of("catalogs/prod/databases/db/%s/deltas/%s/state.json".formatted(name, pit));
    return new TableEntry(
        DATABASE,
        name.table(),
        Optional.of("0d4e1f7a-9d3c-4f6c-8b69-3f2f5a1c%04d".formatted(number)),
        TableStatus.ACTIVE,
        Optional.empty(),
        Optional.of(pit),
        Optional.of(
            new ObjectRef(
                key,
                Documents.sha256(key.value().getBytes(java.nio.charset.StandardCharsets.UTF_8)))),
        "s3://lake/warehouse/db/%s/metadata/00012-%s.metadata.json".formatted(name, pit),
        pit.timestamp().toEpochMilli(),
        2,
        1,
        new TableTotals(12, 340, 5_000_000_000L, 12, 40_000_000L),
        Optional.empty());
  }
}
