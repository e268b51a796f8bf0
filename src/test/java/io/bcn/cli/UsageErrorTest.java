package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.cli.Console.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tired operator types: each is refused with exit code 2, a reason and a hint. */
class UsageErrorTest {
  @TempDir Path temp;

  @ParameterizedTest(name = "bcn {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "lst | Cannot run 'lst': there is no such verb | Did you mean 'list'?",
        "verify | Cannot run 'verify': no --repo says which repository | Give --repo",
        "frobnicate | Cannot run 'frobnicate': there is no such verb | The verbs are backup, list",
        "expire --keep-last 1 | Cannot run 'expire': no --repo says which repository | Give --repo",
        "gc | Cannot run 'gc': no --repo says which repository | Give --repo",
        "repair | Cannot run 'repair': no --repo says which repository | Give --repo",
        "BACKUP | Cannot run 'BACKUP': there is no such verb | Did you mean 'backup'?",
        "--repo r list | Cannot run '--repo': the verb comes first | Give it as 'bcn <verb> --repo",
        "help lst | Cannot run 'lst': there is no such verb | Did you mean 'list'?",
        "help list backup | Cannot read argument 'backup': 'help' takes options only | bcn help",
        "list | Cannot run 'list': no --repo says which repository | Give --repo LOCATION, or set BCN_REPO",
        "backup --catalog c | Cannot run 'backup': no --repo says which repository | Give --repo",
        "restore | Cannot run 'restore': no --repo says which repository | Give --repo",
        "describe | Cannot run 'describe': no --repo says which repository | Give --repo",
        "unlock | Cannot run 'unlock': no --repo says which repository | Give --repo",
        "list --repo | Cannot read option '--repo': its value is missing | Give it as '--repo LOCATION'",
        "list --repo= | Cannot read option '--repo': its value is missing | Give it as '--repo LOCATION'",
        "list --repo --json-x | Cannot read option '--repo': its value is missing | Give it as '--repo LOCATION'",
        "list --repo r --pitt p | Cannot read option '--pitt': 'list' has no such option | Did you mean '--pit'?",
        "list --repo r --pi p | Cannot read option '--pi': 'list' has no such option | Did you mean '--pit'?",
        "list --repo r --full | Cannot read option '--full': 'list' has no such option; it belongs to 'backup' | bcn list --help",
        "backup --repo r --target-catalog c | Cannot read option '--target-catalog': 'backup' has no such option; it belongs to 'restore' | bcn backup --help",
        "backup --repo r --xyzzyx | Cannot read option '--xyzzyx': 'backup' has no such option | bcn backup --help",
        "backup --repo r --repo s | Cannot read option '--repo': it is given 2 times ('r', 's') | Give it once",
        "list --repo r --quiet=true | Cannot read option '--quiet=true': 'list' has no such option; it belongs to 'backup', 'describe', 'restore', 'verify', 'gc' | --help",
        "backup --repo r --full=true | Cannot read option '--full=true': it takes no value | Give '--full' alone",
        "list r | Cannot read argument 'r': 'list' takes options only | A value stands behind its option",
        "list --repo r pit latest | Cannot read argument 'pit': 'list' takes options only | Did you mean '--pit'?",
        "list --repo r --conf a=b | Cannot read option '--conf': it is spark-submit's | before the jar",
        "list --repo r --master=local | Cannot read option '--master=local': it is spark-submit's | before the jar",
        "list --repo r --status GONE | Cannot read option '--status': 'GONE' is no status | Choose ACTIVE, UNCHANGED, DELETED or FAILED",
        "list --repo r --database a..b | Cannot use database name 'a..b': a part of it is empty | backticks",
        "list --repo r --pit latest --table a.b | Cannot list table 'a.b' of one PIT | Leave --pit out",
        "list --repo hdfs://bucket/ | Cannot use location 'hdfs://bucket/' | ",
        "list --repo / | Cannot use location '/' | Give a folder",
        "list --repo r --config nowhere.properties | Cannot read options file 'nowhere.properties': no such file | Check the path",
        "list --repo r --result-file /tmp/ | Cannot use result file '/tmp/': it ends without a file's name | Give a file in a folder",
        "backup --repo r --database a --table b.c --catalog c | Cannot back up table 'b.c': --database says 'a' | leave --database out",
        "backup --repo r --catalog c --table b | Cannot use table name 'b': it does not say which database | Give it as --table DATABASE.b",
        "restore --repo r --database a --database b --table t | Cannot use table name 't': it could be of any of 2 databases | Give it as --table a.t",
        "restore --repo r --if-exists append --schema-only | Cannot read option '--schema-only': there would be no rows to append | Leave out",
        "restore --repo r --if-exists overwrite | Cannot read option '--if-exists': 'overwrite' is no choice | Choose fail, skip, replace or append",
        "restore --repo r --target-table a.b | Cannot read option '--target-table': 'a.b' names a database too | --target-database",
      })
  void isRefused(String line, String problem, String hint) {
    Run run = new Console().run(line.split(" ", -1));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("Error: " + problem).contains("\nHint: ");
    assertThat(run.err().lines().skip(1).findFirst().orElseThrow())
        .contains(hint == null ? "" : hint);
    assertThat(run.err().lines()).as("a problem and a hint, nothing else").hasSize(2);
  }

  @Test
  void noVerbAtAllIsAUsageErrorThatNamesTheVerbs() {
    Run run = new Console().run();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            """
            Error: Cannot run bcn: no verb says what to do
            Hint: The verbs are backup, list, describe, restore, verify, expire, hold, unhold, gc, repair, unlock, demo, help.
            """);
  }

  @Test
  void aFilterThatIsNoneIsRefusedBeforeAnythingElse() {
    Run run = new Console().run("backup", "--repo", "r", "--where", "day > current_date()");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            """
            Error: Cannot use filter "day > current_date()": a literal is expected at 'current_date()'
            Hint: Compare columns with literals, like: day >= DATE'2026-01-01' AND region IN ('eu', 'us').
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\u0007b"})
  void aNameThatIsNoneIsRefused(String name) {
    Run run = new Console().run("restore", "--repo", "r", "--database", name);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("Error: Cannot ").contains("database");
  }

  @Test
  void aRunIdThatIsTooLongIsRefused() {
    Run run = new Console().run("backup", "--repo", "r", "--run-id", "x".repeat(201));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("Cannot read option '--run-id': it is longer than 200 characters");
  }

  @Test
  void aFolderOrAFileOfOtherBytesIsNoOptionsFile() throws IOException {
    Path binary = Files.write(temp.resolve("binary"), new byte[] {'a', '=', (byte) 0xff, 'b'});

    assertThat(new Console().run("list", "--config", temp.toString()).err())
        .contains("Cannot read options file '%s': it is a folder".formatted(temp));
    assertThat(new Console().run("list", "--config", binary.toString()).err())
        .contains("Cannot read options file '%s': it is no text in UTF-8".formatted(binary));
  }

  @Test
  void aBrokenEscapeInAnOptionsFileIsNamed() throws IOException {
    Path file = Files.writeString(temp.resolve("c"), "repo=\\u12");

    Run run = new Console().run("list", "--config", file.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Cannot read options file '%s'".formatted(file));
  }

  @Test
  void anOptionsFileWithAKeyThatIsNoOptionIsRefused() throws IOException {
    Path file = Files.writeString(temp.resolve("c"), "repo=r\ntarget-catalogue=x\n");
    Path spark = Files.writeString(temp.resolve("s"), "spark.master=local\n");

    assertThat(new Console().run("list", "--config", file.toString()).err())
        .contains("no verb has the option '--target-catalogue'")
        .contains("Did you mean 'target-catalog'?");
    assertThat(new Console().run("list", "--config", spark.toString()).err())
        .contains("no verb has the option '--spark.master'")
        .contains("--properties-file");
  }

  @Test
  void aMissingPropertiesFileIsAUsageError() {
    Run run =
        new Console().property("bcn.properties-file", "/nowhere/at/all").run("list", "--repo", "r");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Cannot read properties file '/nowhere/at/all': no such file");
  }
}
