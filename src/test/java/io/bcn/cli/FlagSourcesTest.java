package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.cli.Console.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlagSourcesTest {
  @TempDir Path temp;
  private Path config;
  private Path sparkProperties;
  private final Console console = new Console().commands(new Probe());

  /** Prints what it was given. */
  private static final class Probe implements Command {
    static final Flag NAME = Flag.one("name", "NAME", "A name.");
    static final Flag MANY = Flag.many("many", "NAME", "Names.");
    static final Flag LOUD = Flag.toggle("loud", "Loud.");
    static final Flag BOLD = Flag.toggle("bold", "Bold.").onlyOnTheCommandLine();

    @Override
    public Usage usage() {
      return new Usage(
          "probe",
          "Print the flags",
          "For tests.",
          List.of(Usage.Group.of("Flags", NAME, MANY, LOUD, BOLD)),
          List.of("bcn probe"));
    }

    @Override
    public Result run(Invocation invocation) {
      Arguments arguments = invocation.arguments();
      String text =
          "%s %s %s %s"
              .formatted(
                  arguments.value(NAME).orElse("none"),
                  arguments.values(MANY),
                  arguments.has(LOUD),
                  arguments.has(BOLD));
      return Result.done(List.of(), text);
    }
  }

  @BeforeEach
  void writeFiles() throws IOException {
    config = Files.writeString(temp.resolve("config"), "name=from-config\n");
    sparkProperties = Files.writeString(temp.resolve("spark"), "spark.bcn.name  from-file\n");
  }

  private String printed(String... words) {
    Run run = console.run(words);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void eachSourceIsStrongerThanTheNext() {
    assertThat(printed("probe")).isEqualTo("none [] false false");
    console.property("bcn.properties-file", sparkProperties.toString());
    assertThat(printed("probe")).startsWith("from-file ");
    console.property("spark.bcn.name", "from-spark");
    assertThat(printed("probe")).startsWith("from-spark ");
    assertThat(printed("probe", "--config", config.toString())).startsWith("from-config ");
    console.environment("BCN_CONFIG", config.toString());
    assertThat(printed("probe")).startsWith("from-config ");
    console.environment("BCN_NAME", "from-environment");
    assertThat(printed("probe")).startsWith("from-environment ");
    assertThat(printed("probe", "--name=from-flag")).startsWith("from-flag ");
    assertThat(printed("probe", "--name", "from-flag")).startsWith("from-flag ");
  }

  @Test
  void aRepeatableFlagTakesValuesSeparatedByCommasElsewhere() {
    console.environment("BCN_MANY", "a, b,c");

    assertThat(printed("probe")).isEqualTo("none [a, b, c] false false");
    assertThat(printed("probe", "--many", "x,y", "--many", "z"))
        .isEqualTo("none [x,y, z] false false");
  }

  @Test
  void aSwitchIsTrueOrFalseElsewhereAndNothingElse() {
    assertThat(printed("probe", "--loud")).isEqualTo("none [] true false");
    console.environment("BCN_LOUD", "true");
    assertThat(printed("probe")).isEqualTo("none [] true false");
    console.environment("BCN_LOUD", "false");
    assertThat(printed("probe")).isEqualTo("none [] false false");
    console.environment("BCN_LOUD", "yes");

    Run run = console.run("probe");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            """
            Error: Cannot read option '--loud': 'BCN_LOUD' gives it the value 'yes'
            Hint: Set it to true or false.
            """);
  }

  @Test
  void anEmptyVariableIsNone() {
    console.environment("BCN_NAME", "").property("spark.bcn.name", "from-spark");

    assertThat(printed("probe")).startsWith("from-spark ");
  }

  @Test
  void whatMustBeMeantIsTakenFromTheCommandLineOnly() {
    console.environment("BCN_BOLD", "true").property("spark.bcn.bold", "true");

    assertThat(printed("probe")).isEqualTo("none [] false false");
    assertThat(printed("probe", "--bold")).isEqualTo("none [] false true");
  }

  @Test
  void whatIsAnotherVerbsIsPassedOver() throws IOException {
    Files.writeString(config, "target-catalog=c\nrepo=/nowhere/at/all\n");

    Run run =
        new Console()
            .environment("BCN_TARGET_TABLE", "t")
            .run("list", "--config", config.toString());

    assertThat(run.exitCode()).isEqualTo(20);
    assertThat(run.err()).startsWith("Error: Cannot open repository '/nowhere/at/all'");
  }

  @Test
  void sparkDefaultsCountWhereSparkSubmitDoesNotReadThem() throws IOException {
    Files.writeString(temp.resolve("spark-defaults.conf"), "spark.bcn.name from-defaults\n");
    console.environment("SPARK_CONF_DIR", temp.toString());

    assertThat(printed("probe")).startsWith("from-defaults ");
    console.property("spark.submit.deployMode", "client");
    assertThat(printed("probe")).as("spark-submit has decided").startsWith("none ");
  }

  @Test
  void quotesOfTheShellAreTheShells() {
    assertThat(printed("probe", "--name", "\"a b\"")).startsWith("\"a b\" ");
    assertThat(printed("probe", "--name=--x")).startsWith("--x ");
  }
}
