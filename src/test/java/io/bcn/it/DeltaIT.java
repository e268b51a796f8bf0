package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.format.Scope;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.StorageLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work follows change: what a later PIT reads and stores. */
class DeltaIT {
  @TempDir Path temp;

  @Test
  void aSecondPitStoresTheNewFilesOfTheSourceAndNothingElse() throws IOException {
    Lake source = Lake.jdbc(temp.resolve("source"));
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    Story.begin(source);
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Set<String> before = baseNames(source.warehouse());
    source.sql(
        "INSERT INTO @.sales.orders SELECT id, 'new', 1.00, DATE'2026-02-01' FROM range(100, 120)",
        "DELETE FROM @.sales.customers WHERE id = 7",
        "CALL @.system.rewrite_manifests('sales.orders')");

    BackupSummary second = bcn.backup();

    Set<String> added = baseNames(source.warehouse());
    added.removeAll(before);
    assertThat(objectsOf(second)).isEqualTo(added);
    assertThat(second.newFiles()).isEqualTo(added.size());
    assertThat(second.tables().active()).isEqualTo(2);
    assertThat(second.tables().unchanged()).isEqualTo(10);
  }

  /** Its owner wrote other bytes over it, and then the first ones again (promise 5). */
  @Test
  void aFileThatIsAsLongAsItOnceWasIsStoredAgain() throws IOException {
    Lake source =
        Lake.jdbc(temp.resolve("source"))
            .sql("CREATE NAMESPACE @.db", "CREATE TABLE @.db.t (id BIGINT) USING iceberg");
    Path folder = Files.createDirectory(temp.resolve("owned"));
    byte[] few = parquetOf(source, 3);
    byte[] many = parquetOf(source, 30_000);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    List<byte[]> versions = List.of(few, many, few);
    for (int i = 0; i < versions.size(); i++) {
      if (i > 0) {
        source.sql(
            "DELETE FROM @.db.t",
            "CALL @.system.expire_snapshots(table => 'db.t', retain_last => 1,"
                + " older_than => TIMESTAMP '2100-01-01 00:00:00')");
      }
      Files.write(folder.resolve("x.parquet"), versions.get(i));
      source.sql(
          "CALL @.system.add_files(table => 'db.t', source_table => '`parquet`.`%s`')"
              .formatted(folder));
      BackupSummary summary = bcn.backup(Scope.ofCatalog(source.catalog()));
      assertThat(summary.complete()).as("%s", summary).isTrue();
    }
    Lake target = Lake.jdbc(temp.resolve("target"));

    bcn.restoreAll("latest", target);

    Contents.assertEqual(Contents.ofAll(target), Contents.ofAll(source));
  }

  private byte[] parquetOf(Lake lake, int rows) throws IOException {
    Path folder = temp.resolve("rows-" + rows);
    lake.query("SELECT id FROM range(0, %d, 1, 1)".formatted(rows))
        .write()
        .parquet(folder.toString());
    try (Stream<Path> files = Files.list(folder)) {
      return Files.readAllBytes(
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow());
    }
  }

  @Test
  void anUnchangedCatalogCostsOnePitManifestAndNoObject() throws IOException {
    Lake source = Lake.jdbc(temp.resolve("source"));
    Path repository = temp.resolve("repo");
    Bcn.at(repository);
    Story.begin(source);
    Bcn.at(repository).backup(Scope.ofCatalog(source.catalog()));
    List<Path> before = files(repository);
    // Nothing but the catalog's pointers and the metadata files that loading a table reads:
    // manifests are gone.
    for (Path file : files(source.warehouse())) {
      if (file.getFileName().toString().endsWith(".avro")) {
        Files.delete(file);
      }
    }
    FaultyStorage counting =
        FaultyStorage.counting(StorageLocation.parse(repository.toString()).open(Map.of()));

    BackupSummary second = Bcn.at(counting).backup();

    assertThat(second.failures()).isEmpty();
    assertThat(second.tables().unchanged()).isEqualTo(12);
    assertThat(second.newFiles()).isZero();
    List<Path> added = files(repository);
    added.removeAll(before);
    assertThat(added)
        .as("only the PIT manifest")
        .singleElement()
        .satisfies(
            file ->
                assertThat(file.toString()).contains("pit_manifests").endsWith("manifest.json"));
    assertThat(counting.count(FaultyStorage.Operation.WRITE)).isZero();
  }

  private Set<String> objectsOf(BackupSummary summary) throws IOException {
    String pit = summary.pit().orElseThrow().toString();
    try (Stream<Path> files = Files.walk(temp.resolve("repo"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("/" + pit + "/objects/"))
          .map(file -> file.getFileName().toString().replaceFirst("^[0-9a-f]{24}-", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> baseNames(Path folder) throws IOException {
    return files(folder).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> !name.endsWith(".crc") && !name.equals("version-hint.text"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).collect(Collectors.toList());
    }
  }
}
