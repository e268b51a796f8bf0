package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.cli.Console.Run;
import io.bcn.it.Lake;
import io.bcn.repository.Repository;
import io.bcn.storage.StorageLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said to scopes and names that are wrong; nothing is written then. */
class RefusedInputsIT {
  @TempDir static Path temp;
  private static Lake lake;
  private static String ofCatalog;
  private static String ofDatabase;
  private static String ofTable;

  @BeforeAll
  static void backUp() {
    lake = Lake.jdbc(temp.resolve("lake"));
    lake.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT) USING iceberg",
        "CREATE TABLE @.sales.items (id BIGINT) USING iceberg");
    ofCatalog = repository("catalog");
    ofDatabase = repository("database", "--database", "sales");
    ofTable = repository("table", "--database", "sales", "--table", "orders");
  }

  private static String repository(String name, String... scope) {
    String repo = temp.resolve(name).toString();
    List<String> words =
        new ArrayList<>(List.of("backup", "--repo", repo, "--catalog", lake.catalog(), "--quiet"));
    words.addAll(List.of(scope));
    Run run = new Console().run(words.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return repo;
  }

  @Test
  @DisplayName("test_reject_backup_narrower_than_previous")
  void aBackupNarrowerThanThePreviousOneIsRefused() throws IOException {
    refusesScope(ofCatalog, "CATALOG <c>", "DATABASE <c>.sales", "--database", "sales");
    refusesScope(ofCatalog, "CATALOG <c>", "TABLE <c>.sales.orders", "--table", "sales.orders");
    refusesScope(
        ofDatabase,
        "DATABASE <c>.sales",
        "TABLE <c>.sales.orders",
        "--database",
        "sales",
        "--table",
        "orders");
    goesOn(ofCatalog, "CATALOG <c>");
  }

  @Test
  @DisplayName("test_reject_backup_broader_than_previous")
  void aBackupBroaderThanThePreviousOneIsRefused() throws IOException {
    refusesScope(ofTable, "TABLE <c>.sales.orders", "DATABASE <c>.sales", "--database", "sales");
    refusesScope(ofTable, "TABLE <c>.sales.orders", "CATALOG <c>", "--catalog", "<c>");
    refusesScope(ofDatabase, "DATABASE <c>.sales", "CATALOG <c>", "--catalog", "<c>");
    goesOn(ofTable, "TABLE <c>.sales.orders");
  }

  private static void refusesScope(String repo, String locked, String asked, String... scope)
      throws IOException {
    refuses(
        26,
        "Cannot back up %s into repository '%s': it is locked to %s"
            .formatted(filled(asked), repo, filled(locked)),
        "Leave --catalog, --database and --table out to use the repository's own scope",
        Stream.concat(Stream.of("backup", "--repo", repo), Stream.of(scope))
            .toArray(String[]::new));
  }

  /** A refusal leaves the repository as it was: the next backup builds on the previous one. */
  private static void goesOn(String repo, String scope) {
    String newest =
        Repository.open(StorageLocation.parse(repo).open(Map.of()))
            .select("latest")
            .pit()
            .toString();
    Run run = new Console().run("backup", "--repo", repo, "--quiet");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("Parent      " + newest, "Scope       " + filled(scope));
  }

  @Test
  @DisplayName("test_invalid_catalog_name")
  void aCatalogsNameThatIsWrongIsRefused() throws IOException {
    String none = temp.resolve("none").toString();
    for (String[] flag :
        List.of(
            new String[] {"backup", "--repo", none, "--catalog"},
            new String[] {"restore", "--repo", ofCatalog, "--target-catalog"})) {
      refuses(2, "Cannot read option '%s': its value is missing".formatted(flag[3]), "", flag, "");
      refuses(2, "Cannot read option '%s': its value is missing".formatted(flag[3]), "", flag, " ");
      refuses(
          2,
          "Cannot use catalog name 'a?b': it holds a control character",
          "Give the name as the catalog lists it",
          flag,
          "a\nb");
      refuses(
          2,
          "Cannot open catalog 'nowhere': it is not configured",
          "Set spark.sql.catalog.nowhere=",
          flag,
          "nowhere");
      refuses(
          2,
          "Cannot open catalog '%sx': it is not configured".formatted(lake.catalog()),
          "Did you mean '%s'?".formatted(lake.catalog()),
          flag,
          lake.catalog() + "x");
    }
    assertThat(Path.of(none)).doesNotExist();
  }

  @Test
  @DisplayName("test_invalid_database_name")
  void aDatabasesNameThatIsWrongIsRefused() throws IOException {
    String none = temp.resolve("none").toString();
    String[] backup = {"backup", "--repo", none, "--catalog", lake.catalog(), "--database"};
    String[] list = {"list", "--repo", ofCatalog, "--database"};
    String[] restore = {"restore", "--repo", ofCatalog, "--database"};
    String[] target = {"restore", "--repo", ofCatalog, "--target-database"};
    for (String[] flag : List.of(backup, list, restore, target)) {
      String missing =
          "Cannot read option '%s': its value is missing".formatted(flag[flag.length - 1]);
      refuses(2, missing, "Give it as '--", flag, "");
      refuses(2, missing, "Give it as '--", flag, "\t");
      refuses(
          2, "Cannot use database name 'a?b': it holds a control character", "", flag, "a\u0000b");
      refuses(2, "Cannot use database name 'a..b': a part of it is empty", "", flag, "a..b");
      refuses(2, "Cannot use database name '`a': a backtick is not closed", "", flag, "`a");
    }
    refuses(
        25,
        "Cannot find database 'slaes' in catalog '%s'".formatted(lake.catalog()),
        "Did you mean 'sales'?",
        backup,
        "slaes");
    refuses(25, "Cannot find database 'slaes' in PIT", "Did you mean 'sales'?", list, "slaes");
    refuses(25, "Cannot restore database 'slaes': PIT", "Did you mean 'sales'?", restore, "slaes");
    assertThat(Path.of(none)).doesNotExist();
  }

  private static void refuses(
      int exitCode, String problem, String hint, String[] flag, String value) throws IOException {
    refuses(
        exitCode,
        problem,
        hint,
        Stream.concat(Stream.of(flag), Stream.of(value)).toArray(String[]::new));
  }

  private static void refuses(int exitCode, String problem, String hint, String... words)
      throws IOException {
    Map<Path, FileTime> before = files();

    Run run =
        new Console().run(Stream.of(words).map(RefusedInputsIT::filled).toArray(String[]::new));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    List<String> said = run.err().lines().dropWhile(line -> !line.startsWith("Error")).toList();
    assertThat(said).as(run.err()).hasSize(2);
    assertThat(said.get(0)).startsWith("Error: " + problem);
    assertThat(said.get(1)).startsWith("Hint: ").contains(hint);
    assertThat(files()).isEqualTo(before);
  }

  private static String filled(String text) {
    return text.replace("<c>", lake.catalog());
  }

  /** All files but those of SQLite, with their times. */
  private static Map<Path, FileTime> files() throws IOException {
    Map<Path, FileTime> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(temp)) {
      for (Path file : all.filter(path -> !path.toString().contains("catalog.db")).toList()) {
        files.put(file, Files.getLastModifiedTime(file));
      }
    }
    return files;
  }
}
