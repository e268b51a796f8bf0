package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.copy.Progress;
import io.bcn.format.Documents;
import io.bcn.format.FileKind;
import io.bcn.format.InventoryRef;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.format.StoredFile;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.Repository;
import io.bcn.table.StoredRows;
import io.bcn.table.StoredScan;
import io.bcn.table.StoredTable;
import io.bcn.verify.Finding;
import io.bcn.verify.Level;
import io.bcn.verify.Problem;
import io.bcn.verify.Subset;
import io.bcn.verify.Verification;
import io.bcn.verify.VerifyRequest;
import io.bcn.verify.VerifySummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to whichever object, verify finds it, and says which tables and PITs it hits.
 *
 * <p>Three PITs: {@code db.t} changes in the second, {@code db.u} is called {@code db.w} in the
 * third, {@code db.many} stays and has many files.
 */
class VerifyIT {
  private static final int MANY = 110;

  @TempDir static Path temp;
  private static RepositoryFiles repo;
  private static PitId first;
  private static PitId second;
  private static PitId third;

  private final Map<Path, byte[]> good = new HashMap<>();

  @BeforeAll
  static void backUpThreeTimes() {
    repo = new RepositoryFiles(temp.resolve("repo"));
    Lake source =
        Lake.jdbc(temp.resolve("source"))
            .sql(
                "CREATE NAMESPACE @.db",
                "CREATE TABLE @.db.t (id BIGINT) USING iceberg"
                    + " TBLPROPERTIES ('format-version'='2','write.delete.mode'='merge-on-read')",
                "INSERT INTO @.db.t SELECT /*+ COALESCE(1) */ id FROM range(50)",
                "DELETE FROM @.db.t WHERE id = 3",
                "CREATE TABLE @.db.u (id BIGINT) USING iceberg",
                "INSERT INTO @.db.u VALUES (1)",
                "INSERT INTO @.db.u VALUES (2)",
                "CREATE TABLE @.db.many (id BIGINT) USING iceberg"
                    + " TBLPROPERTIES ('write.distribution-mode'='none')",
                "INSERT INTO @.db.many SELECT /*+ REPARTITION(%d) */ id FROM range(%d)"
                    .formatted(MANY, 100 * MANY));
    first = repo.bcn().backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow();
    source.sql("INSERT INTO @.db.t VALUES (100)");
    second = repo.bcn().backup().pit().orElseThrow();
    source.sql("ALTER TABLE @.db.u RENAME TO db.w");
    third = repo.bcn().backup().pit().orElseThrow();
    source.vanish();
  }

  @AfterEach
  void putEverythingBack() throws IOException {
    for (Map.Entry<Path, byte[]> object : good.entrySet()) {
      Files.deleteIfExists(object.getKey());
      Files.write(object.getKey(), object.getValue());
    }
  }

  /** What is done to an object. */
  private enum Harm {
    FLIPPED,
    TRUNCATED,
    DELETED
  }

  /** A finding without its texts. */
  private record Found(
      String object, String kind, Problem problem, List<String> tables, List<PitId> pits) {
    static Found of(Finding finding) {
      assertThat(finding.firstPit()).isEqualTo(finding.pits().stream().findFirst());
      assertThat(finding.hint()).contains("Put the ");
      assertThat(finding.message()).contains(finding.object());
      return new Found(
          finding.object(), finding.kind(), finding.problem(), finding.tables(), finding.pits());
    }
  }

  @Test
  void whatIsIntactIsFoundIntactAndLookedAtOnce() throws IOException {
    long bytes = 0;
    for (String object : repo.objects()) {
      bytes += Files.size(repo.root().resolve(object));
    }
    for (Level level : Level.values()) {
      VerifySummary summary = verify(level);
      assertThat(summary.damaged()).isEmpty();
      assertThat(summary.isIntact()).isTrue();
      assertThat(summary.pits()).containsExactly(first, second, third);
      assertThat(summary.objects()).isEqualTo(repo.objects().size());
      assertThat(summary.bytes()).isEqualTo(bytes);
    }
  }

  @Test
  void everyKindOfStoredFileIsFoundWhateverHappenedToIt() throws IOException {
    Map<String, String> byKind = filesOfT();
    for (Harm harm : Harm.values()) {
      Problem problem =
          switch (harm) {
            case FLIPPED -> Problem.WRONG_CHECKSUM;
            case TRUNCATED -> Problem.WRONG_SIZE;
            case DELETED -> Problem.MISSING;
          };
      List<Found> expected = new ArrayList<>();
      for (Map.Entry<String, String> file : byKind.entrySet()) {
        harm(file.getValue(), harm);
        expected.add(
            new Found(
                file.getValue(),
                file.getKey(),
                problem,
                List.of("db.t"),
                List.of(first, second, third)));
      }
      assertFound(verify(Level.CHECKSUM), expected);
      assertFound(verify(Level.RESTORE), expected);
      if (harm == Harm.FLIPPED) {
        assertThat(verify(Level.EXISTS).damaged()).as("exists reads no objects").isEmpty();
      } else {
        assertFound(verify(Level.EXISTS), expected);
      }
      putEverythingBack();
    }
  }

  @Test
  void everyDocumentIsFoundAtEachLevelWhateverHappenedToIt() throws IOException {
    String state = one("/t/snapshots/%s/table_state\\.json".formatted(first));
    String delta = one("/t/deltas/%s/inventory/.*".formatted(second));
    String part = all("/u/snapshots/%s/inventory/.*".formatted(first)).get(0);
    for (Harm harm : Harm.values()) {
      Problem problem = harm == Harm.DELETED ? Problem.MISSING : Problem.WRONG_CHECKSUM;
      List.of(state, delta, part).forEach(document -> harm(document, harm));
      List<Found> expected =
          List.of(
              new Found(state, "TABLE_STATE", problem, List.of("db.t"), List.of(first)),
              new Found(delta, "INVENTORY", problem, List.of("db.t"), List.of(second, third)),
              new Found(
                  part,
                  "INVENTORY",
                  problem,
                  List.of("db.u", "db.w"),
                  List.of(first, second, third)));
      for (Level level : Level.values()) {
        assertFound(verify(level), expected);
      }
      putEverythingBack();
    }
  }

  /**
   * 50 rows and one more in t, of which one is deleted; two in u; each file once for its deletes.
   */
  @Test
  void tablesAreOpenedFromTheRepositoryAndEveryRowIsRead() {
    SortedSet<String> before = repo.all();

    VerifySummary all = verify(Level.RESTORE);

    assertThat(all.opened())
        .isEqualTo(new VerifySummary.Opened(4, 6, 5 + MANY, 103 + 100L * MANY, 102 + 100L * MANY));
    assertThat(all.notices()).isEmpty();
    assertThat(repo.all()).as("nothing was written").isEqualTo(before);
    VerifySummary ofFirst = verify(Optional.of(first), Level.RESTORE, Subset.ALL);
    assertThat(ofFirst.opened().states()).isEqualTo(3);
    long files = 0;
    for (String part : List.of("1/2", "2/2")) {
      VerifySummary half = verify(Optional.empty(), Level.RESTORE, Subset.parse(part));
      assertThat(half.opened().snapshots()).isEqualTo(6);
      files += half.opened().dataFiles();
    }
    assertThat(files).isEqualTo(all.opened().dataFiles());
  }

  /** As if a wrong file had been stored, with its right checksum. */
  @Test
  void aFileWithOtherRowsThanItsManifestSaysIsFound() {
    Repository repository = Repository.open(repo.bcn().storage());
    ObjectRef ref =
        repository
            .find(first)
            .orElseThrow()
            .manifest()
            .table(TableName.parse("db.t"))
            .orElseThrow()
            .state()
            .orElseThrow();
    TableState state = repository.state(ref);
    Map<String, StoredFile> files = new HashMap<>();
    for (InventoryRef part : state.inventories()) {
      InventoryReader.read(repository.storage(), part, file -> files.put(file.location(), file));
    }
    StoredFile data = only(files, FileKind.DATA);
    List<StoredScan> scans = new ArrayList<>();
    StoredTable table = StoredTable.open(repository.storage(), state, files);
    table.snapshots().forEach(snapshot -> assertThat(table.plan(snapshot, scans::add)).isEmpty());
    assertThat(scans).hasSize(2);
    for (StoredScan scan : scans) {
      assertThat(new StoredRows(repository.storage(), files).read(scan).problems()).isEmpty();
    }

    String other = all("/u/snapshots/%s/objects/.*00001\\.parquet".formatted(first)).get(0);
    files.put(data.location(), as(data, other));
    assertThat(new StoredRows(repository.storage(), files).read(scans.get(0)).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(StoredRows.Kind.OTHER_ROWS);
              assertThat(problem.message()).contains("has 1 rows, and 50 are recorded");
            });
    files.put(data.location(), as(data, state.metadata().key().value()));
    assertThat(new StoredRows(repository.storage(), files).read(scans.get(0)).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(StoredRows.Kind.UNREADABLE);
              assertThat(problem.message()).contains("can't be read as a table's file");
            });
  }

  private static StoredFile only(Map<String, StoredFile> files, FileKind kind) {
    return files.values().stream().filter(file -> file.kind() == kind).findFirst().orElseThrow();
  }

  /** The location, at another object. */
  private static StoredFile as(StoredFile file, String object) {
    byte[] bytes = repo.bcn().storage().read(new ObjectKey(object)).orElseThrow();
    return new StoredFile(
        file.location(), new ObjectKey(object), file.kind(), bytes.length, Documents.sha256(bytes));
  }

  @Test
  void objectsOfEqualLengthThatWereExchangedAreFoundByChecksum() throws IOException {
    List<String> pair = all("/u/snapshots/%s/objects/.*00001\\.parquet".formatted(first));
    assertThat(pair).hasSize(2);
    byte[] one = bytes(pair.get(0));
    byte[] other = bytes(pair.get(1));
    assertThat(one).as("of equal length").hasSameSizeAs(other).isNotEqualTo(other);
    write(pair.get(0), other);
    write(pair.get(1), one);

    assertThat(verify(Level.EXISTS).damaged()).isEmpty();
    assertFound(
        verify(Level.CHECKSUM),
        pair.stream()
            .map(
                key ->
                    new Found(
                        key,
                        "DATA",
                        Problem.WRONG_CHECKSUM,
                        List.of("db.u", "db.w"),
                        List.of(first, second, third)))
            .toList());
    VerifySummary ofFirst = verify(Optional.of(first), Level.CHECKSUM, Subset.ALL);
    assertThat(ofFirst.pits()).containsExactly(first);
    assertThat(ofFirst.damaged())
        .extracting(Finding::tables)
        .containsOnly(List.of("db.u"))
        .hasSize(2);
  }

  @Test
  void aPitManifestThatChangedIsToldByWhoeverHasItsDigestAndALostOneByWhoeverNamesIt()
      throws IOException {
    String manifest = manifest(second);
    String text = new String(bytes(manifest), StandardCharsets.UTF_8);
    write(
        manifest,
        text.replace("program_version", "program_verzion").getBytes(StandardCharsets.UTF_8));
    assertFound(verify(Level.EXISTS), List.of(ofPit(second, Problem.WRONG_CHECKSUM)));
    assertThat(verify(Optional.of(third), Level.EXISTS, Subset.ALL).damaged()).isEmpty();
    assertFound(
        verify(Optional.of(second), Level.EXISTS, Subset.ALL),
        List.of(ofPit(second, Problem.WRONG_CHECKSUM)));
    putEverythingBack();

    // The newest one's digest stands in the repository manifest.
    write(
        manifest(third),
        new String(bytes(manifest(third)), StandardCharsets.UTF_8)
            .replace("program_version", "program_verzion")
            .getBytes(StandardCharsets.UTF_8));
    assertFound(verify(Level.EXISTS), List.of(ofPit(third, Problem.UNREADABLE)));
    putEverythingBack();

    harm(manifest, Harm.TRUNCATED);
    assertFound(verify(Level.EXISTS), List.of(ofPit(second, Problem.UNREADABLE)));
    putEverythingBack();

    harm(manifest, Harm.DELETED);
    harm(manifest(third), Harm.DELETED);
    VerifySummary lost = verify(Level.EXISTS);
    // The second is named by the third only, which is gone too: nobody knows of it.
    assertFound(lost, List.of(ofPit(third, Problem.MISSING)));
    assertThat(lost.pits()).containsExactly(first);
    putEverythingBack();

    harm(manifest, Harm.DELETED);
    assertFound(verify(Level.EXISTS), List.of(ofPit(second, Problem.MISSING)));
  }

  @Test
  void whatTheStoreGivesNoMoreIsUnreadable() throws IOException {
    String state = one("/t/snapshots/%s/table_state\\.json".formatted(first));
    String data = all("/u/snapshots/%s/objects/.*00001\\.parquet".formatted(first)).get(0);
    for (String object : List.of(state, data)) {
      harm(object, Harm.DELETED);
      Path path = repo.root().resolve(object);
      Files.createSymbolicLink(path, path.getFileName());
    }

    assertFound(
        verify(Level.EXISTS),
        List.of(
            new Found(state, "TABLE_STATE", Problem.UNREADABLE, List.of("db.t"), List.of(first)),
            new Found(
                data,
                "DATA",
                Problem.UNREADABLE,
                List.of("db.u", "db.w"),
                List.of(first, second, third))));
  }

  @Test
  void thePartsOfARollingCheckTogetherFindEverything() throws IOException {
    List<String> harmed = List.copyOf(filesOfT().values());
    harmed.forEach(file -> harm(file, Harm.FLIPPED));
    List<String> found = new ArrayList<>();
    long objects = 0;
    for (String part : List.of("1/3", "2/3", "3/3")) {
      VerifySummary summary = verify(Optional.empty(), Level.CHECKSUM, Subset.parse(part));
      summary.damaged().forEach(finding -> found.add(finding.object()));
      assertThat(summary.objects()).isBetween(1L, repo.objects().size() - 1L);
      objects += summary.objects();
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(harmed);
    assertThat(objects).isEqualTo(repo.objects().size());
  }

  @Test
  void muchDamageIsCountedAndItsBeginningNamed() throws IOException {
    List<String> data = all("/many/snapshots/%s/objects/.*\\.parquet".formatted(first));
    assertThat(data).hasSize(MANY);
    data.forEach(object -> harm(object, Harm.DELETED));

    VerifySummary summary = verify(Level.EXISTS);

    assertThat(summary.findings()).isEqualTo(MANY);
    assertThat(summary.byProblem()).isEqualTo(Map.of(Problem.MISSING, (long) MANY));
    assertThat(summary.damaged())
        .extracting(Finding::object)
        .isEqualTo(data.subList(0, Verification.NAMED));
  }

  @Test
  void theCommandLineExitsWith24AndNamesTheDamage() throws IOException {
    assertThat(run("--level", "checksum").path("findings").asLong()).isZero();
    String data = filesOfT().get("DATA");
    harm(data, Harm.TRUNCATED);

    JsonNode document = run();

    assertThat(document.path("level").asText()).isEqualTo("EXISTS");
    assertThat(document.path("by_problem").path("WRONG_SIZE").asLong()).isEqualTo(1);
    JsonNode finding = document.path("damaged").get(0);
    assertThat(finding.path("object").asText()).isEqualTo(data);
    assertThat(finding.path("first_pit").asText()).isEqualTo(first.toString());
    assertThat(finding.path("tables").toString()).isEqualTo("[\"db.t\"]");
  }

  private static JsonNode run(String... more) throws IOException {
    Path file = temp.resolve("result.json");
    List<String> words =
        new ArrayList<>(
            List.of(
                "verify", "--repo", repo.root().toString(), "--quiet", "--result-file", "" + file));
    words.addAll(Arrays.asList(more));
    int exitCode = io.bcn.cli.Bcn.run(words.toArray(String[]::new));
    JsonNode document = new ObjectMapper().readTree(file.toFile());
    assertThat(exitCode).isEqualTo(document.path("findings").asLong() == 0 ? 0 : 24);
    return document;
  }

  private static VerifySummary verify(Level level) {
    return verify(Optional.empty(), level, Subset.ALL);
  }

  private static VerifySummary verify(Optional<PitId> pit, Level level, Subset subset) {
    Repository repository = Repository.open(repo.bcn().storage());
    return new Verification(SharedSpark.session(), new Progress(SharedSpark.session(), line -> {}))
        .run(new VerifyRequest(repository, pit, level, subset));
  }

  private static void assertFound(VerifySummary summary, List<Found> expected) {
    assertThat(summary.damaged().stream().map(Found::of))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(summary.findings()).isEqualTo(expected.size());
  }

  private static Found ofPit(PitId pit, Problem problem) {
    return new Found(manifest(pit), "PIT_MANIFEST", problem, List.of(), List.of(pit));
  }

  /** One stored file of each kind of the first PIT's {@code db.t}. */
  private static Map<String, String> filesOfT() {
    String objects = "/t/snapshots/%s/objects/".formatted(first);
    String state = one("/t/snapshots/%s/table_state\\.json".formatted(first));
    return Map.of(
        "METADATA", repo.json(state).path("metadata").path("key").asText(),
        "MANIFEST_LIST", all(objects + ".*snap-.*\\.avro").get(0),
        "MANIFEST", all(objects + ".*-m0\\.avro").get(0),
        "DATA", one(objects + ".*00001\\.parquet"),
        "POSITION_DELETES", one(objects + ".*-deletes\\.parquet"));
  }

  private static String manifest(PitId pit) {
    return Layout.pitManifest(Repository.open(repo.bcn().storage()).scope().catalog(), pit).value();
  }

  private static String one(String pattern) {
    List<String> found = all(pattern);
    assertThat(found).as(pattern).hasSize(1);
    return found.get(0);
  }

  private static List<String> all(String pattern) {
    return repo.all().stream().filter(file -> file.matches(".*" + pattern)).toList();
  }

  private void harm(String key, Harm harm) {
    try {
      byte[] bytes = bytes(key);
      switch (harm) {
        case FLIPPED -> {
          bytes[bytes.length / 2] ^= 1;
          write(key, bytes);
        }
        case TRUNCATED -> write(key, Arrays.copyOf(bytes, bytes.length / 2));
        case DELETED -> {
          good.putIfAbsent(repo.root().resolve(key), bytes);
          Files.delete(repo.root().resolve(key));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String key) throws IOException {
    return Files.readAllBytes(repo.root().resolve(key));
  }

  private void write(String key, byte[] bytes) throws IOException {
    good.putIfAbsent(repo.root().resolve(key), bytes(key));
    Files.write(repo.root().resolve(key), bytes);
  }
}
