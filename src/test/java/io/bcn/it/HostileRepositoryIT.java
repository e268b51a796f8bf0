package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.Documents;
import io.bcn.format.FileKind;
import io.bcn.format.ObjectKey;
import io.bcn.format.Scope;
import io.bcn.format.StoredFile;
import io.bcn.repository.ForgedInventory;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.InventoryWriter;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import io.bcn.table.ForgedParquet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Repositories that somebody made to lead a verb astray, with digests that fit (promise 5): refused
 * with 24, soon, and nothing is read or written outside the repository and the target.
 */
@ExtendWith(LessMachinery.class)
@Timeout(600)
class HostileRepositoryIT {
  private static final String DIGEST = "0".repeat(64);
  private static final List<String> ALL =
      List.of("list", "describe", "repair", "verify", "gc", "restore");

  @TempDir static Path temp;
  private static Lake source;
  private static Path good;

  private Path repository;
  private Path outside;
  private Lake target;

  @BeforeEach
  void copyTheRepository() throws IOException {
    if (source == null) {
      source =
          Lake.jdbc(temp.resolve("source"))
              .sql(
                  "CREATE NAMESPACE @.db",
                  "CREATE TABLE @.db.t (id BIGINT) USING iceberg TBLPROPERTIES"
                      + " ('format-version'='2','write.delete.mode'='merge-on-read',"
                      + " 'write.metadata.compression-codec'='gzip')",
                  "INSERT INTO @.db.t SELECT /*+ REPARTITION(1) */ id FROM RANGE(2)",
                  "DELETE FROM @.db.t WHERE id = 1",
                  "CREATE VIEW @.db.v AS SELECT id FROM @.db.t");
      good = temp.resolve("good");
      Bcn.at(good).backup(Scope.ofCatalog(source.catalog()));
    }
    Path folder = Files.createDirectory(temp.resolve(UUID.randomUUID().toString()));
    repository = folder.resolve("repo");
    try (Stream<Path> files = Files.walk(good)) {
      for (Path file : files.toList()) {
        Files.copy(file, repository.resolve(good.relativize(file).toString()));
      }
    }
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "do not look");
    target = Lake.jdbc(folder.resolve("target"));
  }

  @Test
  void keysThatLeadOutOfTheRepositoryAreRefused() throws IOException {
    String state = keyOf("/table_state\\.json");
    for (String key : List.of("/etc/passwd", "catalogs/../../outside/secret")) {
      replaceIn("/pit_manifests/.*/manifest\\.json", state, key);
      assertRefused(List.of("list", "repair", "verify", "gc", "restore"));
      replaceIn("/pit_manifests/.*/manifest\\.json", key, state);
    }
    String view = keyOf("/v/views/.*\\.metadata\\.json");
    replaceIn("/pit_manifests/.*/manifest\\.json", view, "../outside/secret");
    assertRefused(List.of("verify", "restore"));
    replaceIn("/pit_manifests/.*/manifest\\.json", "../outside/secret", view);

    String part = keyOf("/inventory/.*");
    replaceIn("/table_state\\.json", part, "../outside/secret");
    assertRefused(List.of("verify", "gc", "restore"));
  }

  @Test
  void aKeyInAnInventoryThatLeadsOutIsRefused() throws IOException {
    for (String key : List.of("../outside/secret", "/etc/passwd")) {
      rewrite(file("/inventory/.*"), ForgedInventory.of("s3://lake/x", key, "DATA", 11));
      assertRefused(List.of("verify", "gc", "restore"));
    }
    rewrite(file("/inventory/.*"), ForgedInventory.of("s3://lake/x", "a", "DATA", -1));
    assertRefused(List.of("verify", "gc", "restore"));
  }

  @Test
  void linksThatLeadOutAreRefusedWhereverTheyStand() throws IOException {
    Path data = file("/objects/.*00001\\.parquet");
    Path elsewhere = outside.resolve("data");
    Files.move(data, elsewhere);
    Files.createSymbolicLink(data, elsewhere);
    assertRefused(List.of("verify", "restore"));

    Files.delete(data);
    Files.move(elsewhere, data);
    Path objects = data.getParent();
    Files.move(objects, outside.resolve("objects"));
    Files.createSymbolicLink(objects, outside.resolve("objects"));
    assertRefused(List.of("verify", "restore"));

    Path manifest = file("/pit_manifests/.*/manifest\\.json");
    Files.move(manifest, outside.resolve("manifest"));
    Files.createSymbolicLink(manifest, outside.resolve("manifest"));
    assertRefused(List.of("list", "verify", "gc", "restore"));
  }

  @Test
  void nothingIsWrittenThroughALink() throws IOException {
    Files.deleteIfExists(repository.resolve(".tmp"));
    Files.createSymbolicLink(repository.resolve(".tmp"), outside);
    assertThat(run("gc")).isEqualTo(24);
    assertThat(run("backup")).isEqualTo(24);
    assertNothingOutside();

    Files.delete(repository.resolve(".tmp"));
    Path table = file("/table_manifest\\.json").getParent();
    Files.move(table, outside.resolve("table"));
    Files.createSymbolicLink(table, outside.resolve("table"));
    Map<String, String> before = tree(outside);
    Files.delete(outside.resolve("table/table_manifest.json"));
    assertThat(run("repair")).isEqualTo(24);
    before.keySet().removeIf(file -> file.endsWith("table_manifest.json"));
    assertThat(tree(outside)).isEqualTo(before);
  }

  @Test
  void aPipeInAnObjectsPlaceKeepsNobodyWaiting() throws Exception {
    for (String place :
        List.of("/objects/.*00001\\.parquet", "/pit_manifests/.*/manifest\\.json")) {
      Path object = file(place);
      Files.delete(object);
      assertThat(new ProcessBuilder("mkfifo", object.toString()).start().waitFor()).isZero();
      assertRefused(List.of("verify", "restore"));
    }
    Path manifest = repository.resolve("manifest.json");
    Files.delete(manifest);
    assertThat(new ProcessBuilder("mkfifo", manifest.toString()).start().waitFor()).isZero();
    assertRefused(ALL);
  }

  @Test
  void aDocumentOfGigabytesIsNotRead() throws IOException {
    for (String place : List.of("/table_state\\.json", "/pit_manifests/.*/manifest\\.json")) {
      try (RandomAccessFile huge = new RandomAccessFile(file(place).toFile(), "rw")) {
        huge.setLength(5L << 30);
      }
      assertRefused(List.of("verify", "restore"));
    }
    try (RandomAccessFile huge =
        new RandomAccessFile(repository.resolve("manifest.json").toFile(), "rw")) {
      huge.setLength(5L << 30);
    }
    assertRefused(ALL);
  }

  @Test
  void aDocumentThatIsDeeperThanAnyStackIsRefused() throws IOException {
    String deep = "{\"version\":\"1\",\"a\":" + "[".repeat(5_000_000);
    Path manifest = file("/pit_manifests/.*/manifest\\.json");
    byte[] before = Files.readAllBytes(manifest);
    Files.writeString(manifest, deep);
    assertRefused(List.of("list", "verify", "gc", "restore"));
    Files.write(manifest, before);
    Files.writeString(repository.resolve("manifest.json"), deep);
    assertRefused(List.of("list", "describe", "verify", "gc", "restore"));
  }

  @Test
  void anInventoryThatIsABombIsRefused() throws IOException {
    StoredFile row =
        new StoredFile(
            "s3://" + "x".repeat(1_000_000), ObjectKey.of("a"), FileKind.DATA, 1, DIGEST);
    replacePart(Collections.nCopies(600, row));

    assertRefused(List.of("verify", "gc", "restore"));
  }

  @Test
  void aMetadataFileThatIsABombIsRefused() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    byte[] mebibyte = zipped(" ".repeat(1 << 20));
    bomb.writeBytes(zipped("{"));
    for (int i = 0; i <= 1024; i++) {
      bomb.writeBytes(mebibyte);
    }
    replaceObject(file("/t/.*00002-.*\\.gz\\.metadata\\.json"), bomb.toByteArray());

    assertRefused(List.of("restore"));
    assertThat(
            io.bcn.cli.Bcn.run(
                "verify", "--repo", repository.toString(), "--level", "restore", "--quiet"))
        .isEqualTo(24);
  }

  @Test
  void aPositionDeleteFileThatIsABombIsRefused() throws IOException {
    Path deletes = file("/objects/.*-deletes\\.parquet");
    replaceObject(
        deletes,
        ForgedParquet.withFirstPage(
            Files.readAllBytes(deletes), page -> page.setUncompressed_page_size(2_000_000_000)));

    assertRefused(List.of("restore"));
  }

  @Test
  void aTableThatIsCalledLikeTheFolderAboveIsPlacedNowhere() throws IOException {
    replaceIn("/pit_manifests/.*/manifest\\.json", "\"name\" : \"t\"", "\"name\" : \"..\"");
    replaceIn("/pit_manifests/.*/manifest\\.json", "[ \"t\" ]", "[ \"..\" ]");

    assertThat(run("restore")).isEqualTo(27);
    assertNothingOutside();
  }

  /** Of all files of the repository, the first that matches. */
  private Path file(String pattern) throws IOException {
    return repository.resolve(keyOf(pattern));
  }

  private String keyOf(String pattern) throws IOException {
    try (Stream<Path> files = Files.walk(repository)) {
      return files
          .map(file -> repository.relativize(file).toString())
          .filter(file -> ("/" + file).matches(".*" + pattern))
          .min(String::compareTo)
          .orElseThrow();
    }
  }

  /** Changes a document, and every digest on the way from it to the repository manifest. */
  private void replaceIn(String pattern, String text, String by) throws IOException {
    Path document = file(pattern);
    String before = Files.readString(document);
    assertThat(before).contains(text);
    rewrite(document, before.replace(text, by).getBytes(StandardCharsets.UTF_8));
  }

  private void rewrite(Path document, byte[] bytes) throws IOException {
    String before = Documents.sha256(Files.readAllBytes(document));
    Files.write(document, bytes);
    String now = Documents.sha256(bytes);
    for (Path naming :
        List.of(
            file("/table_state\\.json"),
            file("/pit_manifests/.*/manifest\\.json"),
            repository.resolve("manifest.json"))) {
      String text = Files.readString(naming);
      if (text.contains(before)) {
        rewrite(naming, text.replace(before, now).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The same for a file of the table, which the inventory has too. */
  private void replaceObject(Path object, byte[] bytes) throws IOException {
    String before = Documents.sha256(Files.readAllBytes(object));
    List<StoredFile> rows = new ArrayList<>();
    InventoryReader.parse(Files.readAllBytes(file("/inventory/.*")), "", rows::add);
    rows.replaceAll(
        row ->
            row.sha256().equals(before)
                ? new StoredFile(
                    row.location(), row.key(), row.kind(), bytes.length, Documents.sha256(bytes))
                : row);
    replacePart(rows);
    rewrite(object, bytes);
  }

  private static byte[] zipped(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  private void replacePart(List<StoredFile> rows) throws IOException {
    Storage storage = StorageLocation.parse(repository.toString()).open(Map.of());
    ObjectKey made = ObjectKey.of("made");
    InventoryWriter.write(storage, made, rows);
    byte[] bytes = storage.read(made).orElseThrow();
    storage.delete(made);
    rewrite(file("/inventory/.*"), bytes);
  }

  private void assertRefused(List<String> verbs) throws IOException {
    for (String verb : verbs) {
      assertThat(run(verb)).as(verb).isEqualTo(24);
    }
    assertNothingOutside();
    assertThat(target.tables()).isEmpty();
  }

  private void assertNothingOutside() throws IOException {
    assertThat(tree(outside)).containsEntry("secret", "11");
    assertThat(tree(repository.getParent()).keySet())
        .allMatch(
            file ->
                file.startsWith("repo/")
                    || file.startsWith("outside/")
                    || file.startsWith("target/"));
  }

  private static Map<String, String> tree(Path folder) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        tree.put(folder.relativize(file).toString(), String.valueOf(Files.size(file)));
      }
    }
    return tree;
  }

  private int run(String verb) {
    List<String> words = new ArrayList<>(List.of(verb, "--repo", repository.toString()));
    if (verb.equals("restore")) {
      words.addAll(List.of("--target-catalog", target.catalog()));
    }
    if (verb.equals("verify")) {
      words.addAll(List.of("--level", "checksum"));
    }
    if (List.of("restore", "verify", "gc", "backup").contains(verb)) {
      words.add("--quiet");
    }
    return io.bcn.cli.Bcn.run(words.toArray(String[]::new));
  }
}
