package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.cli.Console.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What backup and restore refuse without a Spark session, and how the process ends. */
class BeforeSparkTest {
  @TempDir Path temp;
  private String repo;

  @BeforeEach
  void writeRepository() {
    repo = temp.resolve("repo").toString();
    SampleRepository.withPits(Path.of(repo));
  }

  @AfterEach
  void noSessionWasStarted() {
    assertThat(SparkSession.getDefaultSession().isEmpty()).isTrue();
    System.clearProperty("spark.submit.deployMode");
  }

  @Test
  void aScopeThatDiffersIsRefused() {
    Run narrower = new Console().run("backup", "--repo", repo, "--database", "sales");
    Run other = new Console().run("backup", "--repo", repo, "--catalog", "test");

    assertThat(narrower.exitCode()).isEqualTo(26);
    assertThat(narrower.err())
        .contains(
            "Cannot back up DATABASE prod.sales into repository '%s': it is locked to CATALOG prod"
                .formatted(repo));
    assertThat(other.exitCode()).isEqualTo(26);
    assertThat(other.err()).contains("Cannot back up CATALOG test into repository");
  }

  @Test
  void aFullBackupHasNothingToCondense() {
    Run run = new Console().run("backup", "--repo", repo, "--full", "--condense");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("Error: Cannot use --condense with --full: ")
        .contains("Hint: Leave one of them out.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backup", "list", "describe", "restore", "unlock"})
  void aRepositoryThatIsAPlainFileIsRefused(String verb) throws IOException {
    Path file = Files.writeString(temp.resolve("plain"), "text");

    Run run = new Console().run(verb, "--repo", file.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            """
            Error: Cannot use location '%s': it is a file
            Hint: Give a folder as an absolute path, as hdfs://<name node>/<path>, or as s3://<bucket>/<path>.
            """
                .formatted(file));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"--target-catalog", "--target-database", "--target-table", "--table"})
  void aNameToRestoreThatHoldsAControlCharacterIsRefused(String flag) {
    Run run = new Console().run("restore", "--repo", repo, flag, "a\nb");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .matches("Error: Cannot use [a-z]+ name 'a\\?b': it holds a control character\nHint: .*\n");
  }

  @Test
  void aRestoreFromNothingIsRefused() {
    Run run = new Console().run("restore", "--repo", temp.resolve("none").toString());

    assertThat(run.exitCode()).isEqualTo(20);
    assertThat(run.err()).contains("Cannot open repository '%s/none'".formatted(temp));
  }

  @Test
  void aRestoreOfAPitThatIsNotThereIsRefused() {
    Run run = new Console().run("restore", "--repo", repo, "--pit", "2020-01-01T00:00:00Z");

    assertThat(run.exitCode()).isEqualTo(25);
    assertThat(run.err()).contains("no complete PIT is that old");
  }

  @Test
  void aRestoreOfATableWithoutItsDatabaseIsRefused() {
    Run run = new Console().run("restore", "--repo", repo, "--table", "orders");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("Cannot use table name 'orders': it does not say which database");
  }

  @Test
  void inTheClusterDeployModeTheProcessIsSparksAndGoesOn() {
    System.setProperty("spark.submit.deployMode", "cluster");

    Bcn.main(new String[] {"--version", "--json"});
    assertThatThrownBy(() -> Bcn.main(new String[] {"lst"}))
        .isInstanceOf(RuntimeException.class)
        .hasMessage("bcn ended with exit code 2; its message stands above");
  }
}
