package io.bcn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of every document, pinned: a repository that exists has them.
 *
 * <p>A golden file is written by hand, never by a test: if one of these tests fails, the program
 * has changed the format, and it is the program that is wrong.
 */
class GoldenFileTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void writingADocumentGivesTheGoldenBytes(String name, Object document) {
    assertThat(new String(Documents.write(document), StandardCharsets.UTF_8))
        .isEqualTo(new String(golden(name), StandardCharsets.UTF_8));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void readingAGoldenFileGivesAnEqualDocument(String name, Object document) {
    Object read = Documents.read(document.getClass(), golden(name), name);

    assertThat(read).isEqualTo(document).hasSameHashCodeAs(document);
    assertThat(Documents.write(read)).isEqualTo(golden(name));
  }

  /** A golden file of its own, as programs wrote it that did not store views. */
  @Test
  void aPitManifestFromBeforeViewsIsReadAsOneWithoutAny() {
    PitManifest read =
        Documents.read(
            PitManifest.class, golden("older/pit_manifest_without_views.json"), "before views");

    assertThat(read)
        .isEqualTo(Samples.pitManifest().with(new PitViews(List.of(), List.of(), List.of())));
  }

  /** As programs wrote it that did not store which partition spec is the current one. */
  @Test
  void aTableStateFromBeforeSpecVersionsIsReadAsOneWithoutIt() {
    TableState read =
        Documents.read(
            TableState.class, golden("older/table_state_without_spec_version.json"), "before");

    assertThat(read.specVersion()).isEmpty();
    assertThat(read.partitionSpecs()).isEqualTo(Samples.tableState().partitionSpecs());
    assertThat(read.schemas()).isEqualTo(Samples.tableState().schemas());
  }

  /** A golden file of its own, as programs wrote it that knew whole tables only. */
  @Test
  void aRepositoryManifestFromBeforeCoverageCoversEverything() {
    RepositoryManifest read =
        Documents.read(
            RepositoryManifest.class,
            golden("older/repository_manifest_without_coverage.json"),
            "before coverage");

    assertThat(read)
        .isEqualTo(Samples.repositoryManifest().withLastPit(Samples.SECOND, Optional.empty()));
  }

  /** As programs wrote it that took equal host names for equal hosts. */
  @Test
  void aClaimFromBeforeProcessSpacesIsReadAsOneWithout() {
    InProgress read =
        Documents.read(
            InProgress.class, golden("older/in_progress_without_process_space.json"), "before");

    assertThat(read.processSpace()).isEmpty();
    assertThat(read.token()).isEqualTo(Samples.inProgress().token());
  }

  static Stream<Arguments> documents() {
    return all().entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  static byte[] golden(String name) {
    String resource = "/golden/format/" + name;
    try (InputStream file = GoldenFileTest.class.getResourceAsStream(resource)) {
      assertThat(file).as(resource).isNotNull();
      return file.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError("cannot read " + resource, e);
    }
  }

  private static Map<String, Object> all() {
    Map<String, Object> all = new TreeMap<>();
    all.put("repository_manifest.json", Samples.repositoryManifest());
    all.put("pit_manifest.json", Samples.pitManifest());
    all.put("table_state.json", Samples.tableState());
    all.put("table_manifest.json", Samples.tableManifest());
    all.put(
        "catalog_metadata.json",
        new CatalogMetadata(
            "1",
            Samples.CATALOG,
            "jdbc",
            Map.of("warehouse", "s3://lake"),
            List.of(Samples.DB2, Samples.DB1)));
    all.put(
        "database_metadata.json",
        new DatabaseMetadata("1", Samples.DB1, Map.of("owner", "sales", "comment", "Verkäufe")));
    all.put("deleted_tables.json", new DeletedTables(List.of(Samples.deletedTable())));
    all.put("deleted_databases.json", new DeletedDatabases(List.of(Samples.deletedDatabase())));
    all.put("in_progress.json", Samples.inProgress());
    all.put(
        "abandoned_pit.json",
        AbandonedPit.of(
            new PitId(Samples.SECOND.timestamp().minusSeconds(3600)),
            Samples.SECOND.timestamp(),
            "run-2"));
    all.put(
        "pit_damage.json",
        new PitDamage(
            "1",
            Samples.FIRST.timestamp(),
            Instant.parse("2025-10-18T06:30:00Z"),
            "repair-41c7",
            List.of(Samples.ORDERS)));
    all.put("expired_pit.json", Samples.expiredMark());
    all.put(
        "hold.json",
        Hold.of(
            Samples.FIRST,
            Instant.parse("2025-10-17T11:00:00Z"),
            "ana@ops-1.example",
            "before the migration"));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sparse")
  void absentOptionalFieldsAreWrittenAsNullAndReadBack(String name, Object document) {
    byte[] bytes = Documents.write(document);

    assertThat(Documents.read(document.getClass(), bytes, name)).isEqualTo(document);
  }

  static Stream<Arguments> sparse() {
    return Stream.of(
        Arguments.of(
            "repository manifest",
            new RepositoryManifest(
                "1",
                Optional.empty(),
                Granularity.TABLE,
                Scope.ofTable("c", TableName.parse("a.b.`t.1`")),
                "day >= DATE'2026-01-01'",
                Samples.FIRST.timestamp(),
                Optional.empty(),
                Optional.empty())),
        Arguments.of("table manifest", new TableManifest("1", Samples.DB1, "t", List.of())),
        Arguments.of("deleted tables", new DeletedTables(List.of())),
        Arguments.of(
            "a DATABASE scope",
            new RepositoryManifest(
                "1",
                Optional.empty(),
                Granularity.DATABASE,
                Scope.ofDatabase("c", DatabaseName.parse("a.b")),
                TableState.COVERS_ALL,
                Samples.FIRST.timestamp(),
                Optional.empty(),
                Optional.empty())));
  }
}
