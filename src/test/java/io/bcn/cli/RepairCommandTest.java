package io.bcn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import io.bcn.format.DatabaseName;
import io.bcn.format.Documents;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.repository.DerivedDocuments;
import io.bcn.repository.Repository;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that can be derived is rebuilt as backups had written it, and nothing is made up. */
class RepairCommandTest {
  private static final ObjectKey ORDERS =
      Layout.tableManifest("prod", TableName.parse("sales.orders"));
  private static final ObjectKey SALES =
      Layout.databaseMetadata("prod", DatabaseName.parse("sales"));
  private static final ObjectKey GONE_TABLES =
      Layout.deletedTables("prod", DatabaseName.parse("hr"));
  private static final ObjectKey GONE_DATABASES = Layout.deletedDatabases("prod");

  @TempDir Path temp;
  private Storage storage;
  private byte[] oneDatabase;
  private Map<String, String> asWritten;

  /** The derived documents as two backups write them, one after the other. */
  @BeforeEach
  void writeRepository() {
    storage = SampleRepository.withPits(temp).storage();
    oneDatabase = storage.read(manifest(SampleRepository.THIRD)).orElseThrow();
    storage.delete(manifest(SampleRepository.THIRD));
    for (PitId pit : List.of(SampleRepository.FIRST, SampleRepository.SECOND)) {
      Repository repository = Repository.open(storage);
      DerivedDocuments derived = new DerivedDocuments(repository);
      derived.writeCatalog(
          "jdbc", Map.of(), List.of(DatabaseName.parse("hr"), DatabaseName.parse("sales")));
      derived.bringUpTo(repository.find(pit).orElseThrow());
    }
    asWritten = documents();
  }

  private static ObjectKey manifest(PitId pit) {
    return Layout.pitManifest("prod", pit);
  }

  private Run repair(String... more) {
    List<String> words = new ArrayList<>(List.of("repair", "--repo", temp.toString()));
    words.addAll(List.of(more));
    return new Console().run(words.toArray(String[]::new));
  }

  private Map<String, String> documents() {
    Map<String, String> documents = new TreeMap<>();
    try (Stream<ObjectStat> objects = storage.list(Layout.catalogs())) {
      Stream.concat(objects.map(ObjectStat::key), Stream.of(Layout.repositoryManifest()))
          .forEach(
              key ->
                  documents.put(key.value(), new String(storage.read(key).orElseThrow(), UTF_8)));
    }
    return documents;
  }

  @Test
  void aWholeRepositoryNeedsNone() {
    assertThat(repair())
        .isEqualTo(new Run(0, "Repository '%s' needs no repair.\n".formatted(temp), ""));
    assertThat(documents()).isEqualTo(asWritten);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MISSING", "DAMAGED", "STALE"})
  void eachDerivedDocumentIsRebuiltAsItWas(String problem) throws IOException {
    List<ObjectKey> all = List.of(GONE_DATABASES, GONE_TABLES, SALES, ORDERS);
    all.forEach(key -> spoil(key, problem));
    Map<String, String> spoiled = documents();

    Run plan = repair("--dry-run");

    assertThat(plan.exitCode()).as(plan.err()).isZero();
    assertThat(plan.out())
        .contains(
            "Would rebuild %s, which was %s\n"
                .formatted(ORDERS, problem.toLowerCase(java.util.Locale.ROOT)));
    assertThat(documents()).as("after a dry run").isEqualTo(spoiled);

    JsonNode done = new ObjectMapper().readTree(repair("--json").out());

    assertThat(done.path("rebuilt").findValuesAsText("object"))
        .containsExactlyInAnyOrderElementsOf(all.stream().map(ObjectKey::value).toList());
    assertThat(done.path("rebuilt").findValuesAsText("problem")).containsOnly(problem);
    assertThat(documents()).isEqualTo(asWritten);
  }

  private void spoil(ObjectKey key, String problem) {
    switch (problem) {
      case "MISSING" -> storage.delete(key);
      case "DAMAGED" -> storage.replace(key, "{\"version".getBytes(UTF_8));
      default ->
          storage.replace(
              key,
              new String(storage.read(key).orElseThrow(), UTF_8)
                  .replaceAll(
                      "\"deleted_at\" : \"[^\"]*\"", "\"deleted_at\" : \"2020-01-01T00:00:00Z\"")
                  .replace("\"properties\" : { }", "\"properties\" : { \"old\" : \"yes\" }")
                  .replace("\"schema_version\" : 3", "\"schema_version\" : 1")
                  .getBytes(UTF_8));
    }
  }

  @Test
  void lastPitIsBroughtUpAndNeverBackToAnOlderPit() {
    byte[] first = storage.read(manifest(SampleRepository.FIRST)).orElseThrow();
    storage.replace(
        Layout.repositoryManifest(),
        Documents.write(
            Repository.open(storage)
                .manifest()
                .withLastPit(SampleRepository.FIRST, Optional.of(Documents.sha256(first)))));

    assertThat(repair().out()).isEqualTo("Rebuilt manifest.json, which was stale\n");
    assertThat(documents()).isEqualTo(asWritten);

    storage.delete(manifest(SampleRepository.SECOND));
    Run lost = repair();

    assertThat(lost.exitCode()).isEqualTo(24);
    assertThat(Repository.open(storage).manifest().lastPit())
        .contains(SampleRepository.SECOND.timestamp());
  }

  @Test
  void aLostPitIsNamedAndWhatIsKnownOfItIsKept() {
    ObjectKey second = manifest(SampleRepository.SECOND);
    storage.replace(second, new byte[0]);
    storage.delete(SALES);

    Run run = repair();

    assertThat(run.exitCode()).isEqualTo(24);
    assertThat(run.out())
        .isEqualTo(
            """
            Rebuilt %s, which was missing
            PIT %s is lost: Cannot read '%s/%s': it is empty
            """
                .formatted(SALES, SampleRepository.SECOND, temp, second));
    assertThat(new String(storage.read(ORDERS).orElseThrow(), UTF_8))
        .isEqualTo(asWritten.get(ORDERS.value()));
  }

  @Test
  void aLostRepositoryManifestOfACatalogIsRebuilt() {
    storage.delete(Layout.repositoryManifest());

    Run run = repair();

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("Rebuilt manifest.json, which was missing\n", "new id");
    Repository repository = Repository.open(storage);
    assertThat(repository.scope()).isEqualTo(Scope.ofCatalog("prod"));
    assertThat(repository.manifest().createdAt()).isEqualTo(SampleRepository.FIRST.timestamp());
    assertThat(repository.manifest().lastPit()).contains(SampleRepository.SECOND.timestamp());
    assertThat(repair().out()).contains("needs no repair");
  }

  @Test
  void aScopeThatThePitsDoNotTellHasToBeGivenAndHasToFit() {
    storage.delete(manifest(SampleRepository.FIRST));
    storage.delete(manifest(SampleRepository.SECOND));
    storage.create(manifest(SampleRepository.THIRD), oneDatabase);
    storage.replace(Layout.repositoryManifest(), "not JSON".getBytes(UTF_8));

    Run ambiguous = repair();

    assertThat(ambiguous.exitCode()).isEqualTo(2);
    assertThat(ambiguous.err())
        .contains("all PITs hold the one database 'sales', which does not tell its scope")
        .contains("Hint: Give the scope of its first backup: --catalog");
    assertThat(repair("--catalog", "prod", "--database", "hr").exitCode()).isEqualTo(26);
    assertThat(repair("--database", "sales").err()).contains("no --catalog says");
    assertThat(repair("--catalog", "prod", "--database", "sales").exitCode())
        .as("the parent is lost")
        .isEqualTo(24);
    assertThat(Repository.open(storage).scope())
        .isEqualTo(Scope.ofDatabase("prod", DatabaseName.parse("sales")));
  }

  @Test
  void whatAPartOfATableCoversIsLockedAgain() {
    Path part = temp.resolve("part");
    Storage partial = SampleRepository.ofAPart(part, "day = '2026-01-01'").storage();
    partial.delete(Layout.repositoryManifest());

    Run run =
        new Console()
            .run(
                "repair",
                "--repo",
                part.toString(),
                "--catalog",
                "prod",
                "--table",
                "sales.orders");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Repository.open(partial).coverage()).isEqualTo("day = '2026-01-01'");
  }

  @Test
  void whereThereIsNothingOfARepositoryThereIsNoneToRepair() {
    Run run = new Console().run("repair", "--repo", temp.resolve("nothing").toString());

    assertThat(run.exitCode()).isEqualTo(20);
    assertThat(temp.resolve("nothing")).doesNotExist();
  }

  @Test
  void aClaimThatCannotBeReadIsEnded() {
    PitId pit = PitId.parse("20260201T115000.000Z");
    storage.create(Layout.inProgress("prod", pit), new byte[0]);
    assertThat(new Console().run("describe", "--repo", temp.toString()).exitCode()).isEqualTo(24);

    Run run = repair();

    assertThat(run)
        .isEqualTo(
            new Run(0, "Gave up PIT %s, whose .in_progress can't be read\n".formatted(pit), ""));
    assertThat(new Console().run("describe", "--repo", temp.toString()).exitCode()).isZero();
    assertThat(Repository.open(storage).find(pit)).isEmpty();
  }

  @Test
  void aRunningBackupIsLeftAlone() {
    storage.delete(ORDERS);
    SampleRepository.claim(
        storage, PitId.parse("20260201T115000.000Z"), Console.NOW.plusSeconds(60));

    assertThat(repair().exitCode()).isEqualTo(21);
    assertThat(storage.stat(ORDERS)).isEmpty();
  }
}
