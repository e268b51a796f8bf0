package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Wrong names and wrong places, against a repository and catalogs that are really there: an exit
 * code, one line of problem, one of hint, and nothing is written anywhere.
 */
class WrongInputsIT {
  @TempDir static Path temp;
  private static Lake source;
  private static Lake target;
  private static Map<Path, Long> filesBefore;

  @BeforeAll
  static void backUp() throws IOException {
    source = Lake.jdbc(temp.resolve("source"));
    target = Lake.jdbc(temp.resolve("target"));
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.orders VALUES (1)",
        "CREATE TABLE @.sales.items (id BIGINT, text STRING) USING iceberg");
    Bcn.at(temp.resolve("repo")).backup(Scope.ofCatalog(source.catalog()));
    assertThat(target.tables()).isEmpty();
    filesBefore = files();
  }

  @ParameterizedTest(name = "bcn {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "backup --repo <new> --catalog nowhere | 2 | Cannot open catalog 'nowhere': it is not configured | Set spark.sql.catalog.nowhere=",
        "backup --repo <new> --catalog <source> --database slaes | 25 | Cannot find database 'slaes' in catalog '<source>' | Did you mean 'sales'?",
        "backup --repo <new> --catalog <source> --table slaes.orders | 25 | Cannot find database 'slaes' in catalog '<source>' | Did you mean 'sales'?",
        "backup --repo <new> --catalog <source> --table sales.order | 25 | Cannot find table 'sales.order' in catalog '<source>' | Did you mean 'sales.orders'?",
        "backup --repo <new> | 2 | Cannot back up into '<new>': there is no repository yet | Give --catalog",
        "backup --repo <new> --table sales.orders | 2 | Cannot back up table 'sales.orders': no --catalog says where it is | Give --catalog",
        "backup --repo <repo> --catalog nowhere | 26 | Cannot back up CATALOG nowhere into repository '<repo>': it is locked to CATALOG <source> | Leave --catalog",
        "backup --repo <repo> --database sales | 26 | Cannot back up DATABASE <source>.sales into repository '<repo>' | Leave --catalog, --database",
        "backup --repo <repo> --table sales.orders | 26 | Cannot back up TABLE <source>.sales.orders into repository '<repo>' | Leave --catalog",
        "backup --repo <repo> --catlog x | 2 | Cannot read option '--catlog': 'backup' has no such option | Did you mean '--catalog'?",
        "bakup --repo <repo> | 2 | Cannot run 'bakup': there is no such verb | Did you mean 'backup'?",
        "backup | 2 | Cannot run 'backup': no --repo says which repository | Give --repo",
        "list --repo <new> | 20 | Cannot open repository '<new>': there is no manifest.json in it | Check --repo",
        "describe --repo <new> | 20 | Cannot open repository '<new>': there is no manifest.json in it | Check --repo",
        "restore --repo <new> | 20 | Cannot open repository '<new>': there is no manifest.json in it | Check --repo",
        "unlock --repo <new> | 20 | Cannot open repository '<new>': there is no manifest.json in it | Check --repo",
        "list --repo gs://bucket/x | 27 | Cannot open storage 'gs://bucket/x' | Use a local path, hdfs: or s3:",
        "list --repo <repo> --pit 20200101T000000.000Z | 25 | Cannot find PIT '20200101T000000.000Z' in repository '<repo>': no PIT has that id | lists the PITs",
        "describe --repo <repo> --pit 2020-01-01T00:00:00Z | 25 | Cannot find PIT '2020-01-01T00:00:00Z' in repository '<repo>': no complete PIT is that old | lists the PITs",
        "list --repo <repo> --pit yesterday | 2 | Cannot use PIT 'yesterday': it is no PIT id, no ISO-8601 instant and not 'latest' | Give an id",
        "list --repo <repo> --database slaes | 25 | Cannot find database 'slaes' in PIT | Did you mean 'sales'?",
        "list --repo <repo> --table sales.order | 25 | Cannot find table 'sales.order' in repository '<repo>' | Did you mean 'sales.orders'?",
        "describe --repo <repo> --table sales.order | 25 | Cannot find table 'sales.order' in PIT | Did you mean 'sales.orders'?",
        "restore --repo <repo> --target-catalog <target> --pit 20200101T000000.000Z | 25 | Cannot find PIT '20200101T000000.000Z' | lists the PITs",
        "restore --repo <repo> --target-catalog nowhere | 2 | Cannot open catalog 'nowhere': it is not configured | Set spark.sql.catalog.nowhere=",
        "restore --repo <repo> --target-catalog <target> --database slaes | 25 | Cannot restore database 'slaes': PIT | Did you mean 'sales'?",
        "restore --repo <repo> --target-catalog <target> --table sales.order | 25 | Cannot restore table 'sales.order': PIT | Did you mean 'sales.orders'?",
        "restore --repo <repo> --target-catalog <target> --target-table one | 2 | Cannot restore 2 tables as 'one': --target-table is for one table | Choose the table with --table",
        "restore --repo <repo> --target-catalog <target> --target-location a/b | 2 | Cannot read option '--target-location': 'a/b' is no absolute location | Give a folder as an absolute path",
        "restore --repo <repo> | 28 | Cannot restore into catalog '<source>': 2 of the tables are there already: sales.items, sales.orders | Use --if-exists skip",
        "list --repo <repo> --config <new> | 2 | Cannot read options file '<new>': no such file | Check the path",
      })
  void isRefusedAndNothingIsWritten(String line, int exitCode, String problem, String hint)
      throws IOException {
    ChildJvm.Ended run = run(filled(line).split(" ", -1));

    assertRefused(run, exitCode, filled(problem), hint == null ? "" : hint);
    assertThat(run.out()).isEmpty();
    assertThat(files()).isEqualTo(filesBefore);
    assertThat(target.tables()).isEmpty();
  }

  @ParameterizedTest(name = "bcn {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "lst | 2 | Cannot run 'lst': there is no such verb",
        "list --repo <new> | 20 | Cannot open repository '<new>'",
        "describe --repo <repo> --table sales.order | 25 | Cannot find table 'sales.order'",
      })
  void theProcessEndsWithTheExitCode(String line, int exitCode, String problem) {
    try (ChildJvm bcn = BcnProcess.plain(filled(line).split(" ", -1))) {
      assertRefused(bcn.ended(), exitCode, filled(problem), "");
    }
  }

  @Test
  void aMissingPropertiesFileIsRefused() {
    List<String> flags = List.of(filled("-Dbcn.properties-file=<new>"));
    try (ChildJvm bcn = BcnProcess.plain(flags, "list", "--repo", filled("<repo>"))) {
      assertRefused(bcn.ended(), 2, filled("Cannot read properties file '<new>'"), "Check");
    }
  }

  private static void assertRefused(ChildJvm.Ended run, int code, String problem, String hint) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(code);
    List<String> lines =
        run.err().lines().dropWhile(progress -> !progress.startsWith("Error: ")).toList();
    assertThat(lines).as(run.err()).hasSize(2);
    assertThat(lines.get(0)).startsWith("Error: " + problem);
    assertThat(lines.get(1)).startsWith("Hint: ").contains(hint);
    BcnProcess.assertNoStackTrace(run.err());
  }

  /** In this process and its Spark session. */
  private static ChildJvm.Ended run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
      int exitCode = io.bcn.cli.Bcn.run(arguments);
      return new ChildJvm.Ended(
          exitCode,
          said.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static String filled(String text) {
    return text.replace("<new>", temp.resolve("new").toString())
        .replace("<repo>", temp.resolve("repo").toString())
        .replace("<source>", source.catalog())
        .replace("<target>", target.catalog());
  }

  /** All files but those of SQLite, with their times. */
  private static Map<Path, Long> files() throws IOException {
    Map<Path, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(temp)) {
      for (Path file : all.filter(path -> !path.toString().contains("catalog.db")).toList()) {
        files.put(file, Files.getLastModifiedTime(file).toMillis());
      }
    }
    return files;
  }
}
