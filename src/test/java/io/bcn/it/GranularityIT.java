package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository is locked to, over its life: one of each granularity. */
class GranularityIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path temp;
  private static Lake source;
  private static Scope wholeCatalog;
  private static Scope oneDatabase;
  private static Scope oneTable;
  private static Map<Scope, Path> repositories;

  @BeforeAll
  static void backUpEachGranularity() {
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE NAMESPACE @.hr",
        "CREATE TABLE @.sales.orders (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1)",
        "CREATE TABLE @.sales.items (id BIGINT) USING iceberg",
        "CREATE TABLE @.hr.people (id BIGINT) USING iceberg");
    wholeCatalog = Scope.ofCatalog(source.catalog());
    oneDatabase = Scope.ofDatabase(source.catalog(), DatabaseName.parse("sales"));
    oneTable = Scope.ofTable(source.catalog(), TableName.parse("sales.orders"));
    repositories =
        Map.of(
            wholeCatalog, temp.resolve("catalog"),
            oneDatabase, temp.resolve("database"),
            oneTable, temp.resolve("table"));
    repositories.forEach((scope, folder) -> Bcn.at(folder).backup(scope));
  }

  @Test
  @DisplayName("test_repository_granularity_is_locked")
  void theFirstBackupFixesTheGranularityAndNoLaterOneChangesIt() {
    assertThat(manifest(wholeCatalog))
        .isEqualTo(Map.of("granularity", "CATALOG", "scope", source.catalog() + "/null/null"));
    assertThat(manifest(oneDatabase))
        .isEqualTo(Map.of("granularity", "DATABASE", "scope", source.catalog() + "/sales/null"));
    assertThat(manifest(oneTable))
        .isEqualTo(Map.of("granularity", "TABLE", "scope", source.catalog() + "/sales/orders"));

    for (Scope locked : repositories.keySet()) {
      for (Scope other : repositories.keySet()) {
        if (!other.equals(locked)) {
          assertRefused(locked, other);
        }
      }
    }
  }

  @Test
  @DisplayName("test_reject_broader_scope_on_existing_repo")
  void aBroaderScopeIsRefused() {
    assertRefused(oneTable, oneDatabase);
    assertRefused(oneTable, wholeCatalog);
    assertRefused(oneDatabase, wholeCatalog);
  }

  @Test
  @DisplayName("test_reject_narrower_scope_on_existing_repo")
  void aNarrowerScopeIsRefused() {
    assertRefused(wholeCatalog, oneDatabase);
    assertRefused(wholeCatalog, oneTable);
    assertRefused(oneDatabase, oneTable);
  }

  @Test
  void anotherScopeOfTheSameGranularityIsRefused() {
    assertRefused(wholeCatalog, Scope.ofCatalog("other"));
    assertRefused(oneDatabase, Scope.ofDatabase(source.catalog(), DatabaseName.parse("hr")));
    assertRefused(oneDatabase, Scope.ofDatabase("other", DatabaseName.parse("sales")));
    assertRefused(oneTable, Scope.ofTable(source.catalog(), TableName.parse("sales.items")));
  }

  @Test
  @DisplayName("test_incremental_same_granularity_accepted")
  void theSameScopeIsAcceptedWhetherItIsSaidOrNot() {
    repositories.forEach(
        (scope, folder) -> {
          Bcn bcn = Bcn.at(folder);
          Optional<PitId> before = newest(folder);

          BackupSummary said = bcn.backup(scope);
          BackupSummary unsaid = bcn.backup();

          assertThat(said.scope()).isEqualTo(scope);
          assertThat(said.parentPit()).isEqualTo(before);
          assertThat(unsaid.scope()).isEqualTo(scope);
          assertThat(unsaid.parentPit()).isEqualTo(said.pit());
          assertThat(unsaid.tables().unchanged()).isEqualTo(unsaid.tables().total());
        });
  }

  /** Before anything is read: there is no catalog to read from. */
  private static void assertRefused(Scope locked, Scope requested) {
    Path folder = repositories.get(locked);
    Bcn bcn = Bcn.at(folder);
    Map<Path, Instant> before = files(folder);
    BackupRequest request = withoutCatalogs(bcn.request(Optional.of(requested)));

    assertThatThrownBy(() -> bcn.backup(request))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCOPE_MISMATCH))
        .hasMessage(
            "Cannot back up %s into repository '%s': it is locked to %s",
            requested, folder, locked);
    assertThat(files(folder)).isEqualTo(before);
  }

  private static BackupRequest withoutCatalogs(BackupRequest request) {
    return new BackupRequest(
        request.storage(),
        request.scope(),
        request.coverage(),
        request.reuse(),
        request.action(),
        request.consistency(),
        request.emptySources(),
        request.runId(),
        Map.of(),
        request.lease());
  }

  private static Map<String, String> manifest(Scope scope) {
    JsonNode manifest = json(repositories.get(scope).resolve("manifest.json"));
    JsonNode names = manifest.path("scope");
    return Map.of(
        "granularity",
        manifest.path("granularity").asText(),
        "scope",
        "%s/%s/%s"
            .formatted(
                names.path("catalog").asText(),
                names.path("database").asText(),
                names.path("table").asText()));
  }

  private static Optional<PitId> newest(Path folder) {
    List<PitId> pits = WholePits.of(Bcn.at(folder).storage());
    return Optional.of(pits.get(pits.size() - 1));
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<Path, Instant> files(Path folder) {
    Map<Path, Instant> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        files.put(file, Files.getLastModifiedTime(file).toInstant());
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
