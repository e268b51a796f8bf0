package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.format.Documents;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests of several PITs, as they lie in the repository (promise 10). */
class ManifestChainIT {
  @TempDir Path temp;

  @Test
  @DisplayName("test_manifest_integrity_across_pits")
  void everyManifestAgreesWithTheOnesBeforeIt() throws IOException {
    Lake lake = Lake.jdbc(temp.resolve("source"));
    lake.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.kept (id BIGINT) USING iceberg",
        "CREATE TABLE @.db.changed (id BIGINT) USING iceberg",
        "CREATE TABLE @.db.dropped (id BIGINT) USING iceberg");
    Path folder = temp.resolve("repo");
    Bcn bcn = Bcn.at(folder);
    bcn.backup(Scope.ofCatalog(lake.catalog()));
    JsonNode atFirst = json(folder.resolve("manifest.json"));
    lake.sql("INSERT INTO @.db.changed VALUES (1)", "DROP TABLE @.db.dropped");
    bcn.backup();
    lake.sql("INSERT INTO @.db.changed VALUES (2)");
    bcn.backup();

    // All that they name is there with its digest.
    List<PitId> pits = WholePits.of(bcn.storage());
    assertThat(pits).hasSize(3);
    JsonNode repository = json(folder.resolve("manifest.json"));
    assertThat(Instant.parse(repository.path("last_pit").asText()))
        .isEqualTo(pits.get(2).timestamp());
    for (String fixed : List.of("version", "repository_id", "granularity", "scope", "created_at")) {
      assertThat(repository.path(fixed)).as(fixed).isEqualTo(atFirst.path(fixed));
    }
    JsonNode first = pit(folder, lake, pits.get(0));
    JsonNode second = pit(folder, lake, pits.get(1));
    JsonNode third = pit(folder, lake, pits.get(2));
    assertThat(first.path("parent_pit").isNull()).isTrue();
    assertFollows(second, first, pitFile(folder, lake, pits.get(0)));
    assertFollows(third, second, pitFile(folder, lake, pits.get(1)));
    assertThat(first.at("/included_objects/tables/db").toString())
        .isEqualTo("[\"changed\",\"dropped\",\"kept\"]");
    assertThat(third.at("/included_objects/tables/db").toString())
        .isEqualTo("[\"changed\",\"kept\"]");
    assertThat(second.at("/deleted_in_source/tables/0").asText()).isEqualTo("db.dropped");
    assertThat(third.at("/deleted_in_source/tables")).isEmpty();
    assertThat(third.at("/unchanged_objects/tables/0").asText()).isEqualTo("db.kept");
    assertThat(third.at("/unchanged_objects/checksums/db.kept"))
        .as("the digest of the state that the first PIT stored")
        .isEqualTo(table(first, "kept").at("/state/sha256"))
        .isEqualTo(table(third, "kept").at("/state/sha256"));
    assertThat(table(third, "kept").path("stored_in").asText()).isEqualTo(pits.get(0).toString());
  }

  private static void assertFollows(JsonNode pit, JsonNode parent, Path parentFile)
      throws IOException {
    assertThat(pit.path("parent_pit")).isEqualTo(parent.path("pit_timestamp"));
    assertThat(pit.path("parent_sha256").asText())
        .isEqualTo(Documents.sha256(Files.readAllBytes(parentFile)));
  }

  private static JsonNode pit(Path folder, Lake lake, PitId pit) throws IOException {
    return json(pitFile(folder, lake, pit));
  }

  private static Path pitFile(Path folder, Lake lake, PitId pit) {
    return folder.resolve(
        "catalogs/%s/pit_manifests/%s/manifest.json".formatted(lake.catalog(), pit));
  }

  private static JsonNode table(JsonNode pit, String name) {
    for (JsonNode table : pit.path("tables")) {
      if (table.path("name").asText().equals(name)) {
        return table;
      }
    }
    throw new AssertionError("no table " + name + " in " + pit);
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }
}
