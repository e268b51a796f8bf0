package io.bcn.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The sample documents of the specification, with times where it has dots, key for key. */
class SpecSampleTest {
  private static final String REPOSITORY_MANIFEST =
      """
      {
        "version": "1",
        "granularity": "CATALOG",
        "scope": {
          "catalog": "prod",
          "database": null,
          "table": null
        },
        "created_at": "2025-10-17T09:00:00Z",
        "last_pit": "2025-10-17T10:00:00.123Z"
      }
      """;
  private static final String PIT_MANIFEST =
      """
      {
        "pit_timestamp": "2025-10-17T10:00:00Z",
        "parent_pit": "2025-10-16T10:00:00Z",
        "included_objects": {
          "databases": ["db1", "db2"],
          "tables": {
            "db1": ["table1", "table2"],
            "db2": ["table3"]
          }
        },
        "deleted_in_source": {
          "tables": ["db1.old_table"],
          "databases": []
        },
        "unchanged_objects": {
          "tables": ["db1.table2"]
        }
      }
      """;
  private static final String DELETED_TABLES =
      """
      {
        "deleted_tables": [
          {
            "name": "old_table",
            "database": "db1",
            "deleted_at": "2025-10-16T10:00:00Z",
            "last_pit_included": "2025-10-15T10:00:00Z"
          }
        ]
      }
      """;

  @Test
  void theRepositoryManifestIsReadAndWrittenKeyForKey() {
    RepositoryManifest manifest = read(RepositoryManifest.class, REPOSITORY_MANIFEST);

    assertThat(manifest.version()).isEqualTo("1");
    assertThat(manifest.granularity()).isEqualTo(Granularity.CATALOG);
    assertThat(manifest.scope()).isEqualTo(Scope.ofCatalog("prod"));
    assertThat(manifest.createdAt()).isEqualTo("2025-10-17T09:00:00Z");
    assertThat(manifest.lastPit()).contains(Instant.parse("2025-10-17T10:00:00.123Z"));
    assertKeepsEveryKey(REPOSITORY_MANIFEST, manifest);
  }

  @Test
  void thePitManifestIsReadAndWrittenKeyForKey() {
    PitManifest manifest = read(PitManifest.class, PIT_MANIFEST);

    assertThat(manifest.pit()).hasToString("20251017T100000.000Z");
    assertThat(manifest.parent().map(PitId::toString)).contains("20251016T100000.000Z");
    assertThat(manifest.includedObjects().databases())
        .containsExactly(DatabaseName.parse("db1"), DatabaseName.parse("db2"));
    assertThat(manifest.includedObjects().tables())
        .isEqualTo(Map.of("db1", List.of("table1", "table2"), "db2", List.of("table3")));
    assertThat(manifest.deletedInSource().tables())
        .containsExactly(TableName.parse("db1.old_table"));
    assertThat(manifest.deletedInSource().databases()).isEmpty();
    assertThat(manifest.unchangedObjects().tables()).containsExactly(TableName.parse("db1.table2"));
    assertThat(manifest.complete()).isTrue();
    assertKeepsEveryKey(PIT_MANIFEST, manifest);
  }

  @Test
  void theDeletedTablesAreReadAndWrittenKeyForKey() {
    DeletedTables deleted = read(DeletedTables.class, DELETED_TABLES);

    assertThat(deleted.deletedTables())
        .containsExactly(
            new DeletedObject(
                DatabaseName.parse("db1"),
                Optional.of("old_table"),
                Instant.parse("2025-10-16T10:00:00Z"),
                Instant.parse("2025-10-15T10:00:00Z"),
                Optional.empty()));
    assertKeepsEveryKey(DELETED_TABLES, deleted);
  }

  private static <T> T read(Class<T> type, String json) {
    return Documents.read(type, json.getBytes(StandardCharsets.UTF_8), "the sample");
  }

  private static void assertKeepsEveryKey(String sample, Object document) {
    JsonNode expected = Documents.tree(sample.getBytes(StandardCharsets.UTF_8), "the sample");
    assertHolds(Documents.tree(Documents.write(document), "what was written"), expected, "");
  }

  /** Objects may have more keys than the sample's; all else is equal. */
  private static void assertHolds(JsonNode actual, JsonNode expected, String path) {
    assertThat(actual.getNodeType()).as(path).isEqualTo(expected.getNodeType());
    if (expected.isValueNode()) {
      assertThat(actual).as(path).isEqualTo(expected);
    }
    if (expected.isArray()) {
      assertThat(actual).as(path).hasSameSizeAs(expected);
    }
    for (int i = 0; expected.isArray() && i < expected.size(); i++) {
      assertHolds(actual.get(i), expected.get(i), path + "/" + i);
    }
    for (Map.Entry<String, JsonNode> field : expected.properties()) {
      String at = path + "/" + field.getKey();
      assertThat(actual.has(field.getKey())).as(at).isTrue();
      assertHolds(actual.get(field.getKey()), field.getValue(), at);
    }
  }
}
