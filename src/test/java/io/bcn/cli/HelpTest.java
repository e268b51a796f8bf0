package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.cli.Console.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelpTest {
  private static final Path DOCUMENT = Path.of("src/site/markdown/cli.md");
  private static final Pattern FLAG = Pattern.compile("--[a-z][a-z-]+");

  static Stream<String> verbs() {
    return Commands.all().listed().stream().map(command -> command.usage().verb());
  }

  @Test
  void theOverviewNamesEachVerbAndExitCode() {
    Run run = new Console().run("help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains(verbs().map(verb -> "\n  " + verb + " ").toList());
    for (io.bcn.errors.ErrorCode code : io.bcn.errors.ErrorCode.values()) {
      assertThat(run.out()).containsPattern("\\b" + code.exitCode() + "\\s");
    }
    assertThat(new Console().run("--help")).isEqualTo(run);
    assertThat(new Console().run("-h")).isEqualTo(run);
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void theHelpOnAVerbHasItsFlagsAndNoOther(String verb) {
    Usage usage = Commands.all().named(verb).orElseThrow().usage();
    Run run = new Console().run("help", verb);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: bcn " + verb);
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
    Set<String> offered =
        run.out()
            .lines()
            .filter(line -> line.startsWith("  --"))
            .map(line -> line.substring(2).split(" ", 2)[0])
            .collect(Collectors.toSet());
    assertThat(offered)
        .isEqualTo(usage.flags().stream().map(Flag::toString).collect(Collectors.toSet()));
    assertThat(new Console().run(verb, "--help")).isEqualTo(run);
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void theExamplesUseFlagsThatTheVerbHas(String verb) {
    Usage usage = Commands.all().named(verb).orElseThrow().usage();
    Set<String> known = new HashSet<>(Set.of("--conf", "--properties-file", "--master"));
    usage.flags().forEach(flag -> known.add(flag.toString()));

    for (String example : usage.examples()) {
      assertThat(FLAG.matcher(example).results().map(MatchResult::group)).isSubsetOf(known);
    }
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void theDocumentHasTheHelpWordForWord(String verb) throws IOException {
    assertThat(Files.readString(DOCUMENT)).contains(new Console().run("help", verb).out());
  }

  @Test
  void theDocumentSpeaksOfNoFlagThatNoVerbHas() throws IOException {
    Set<String> known =
        Stream.concat(
                Commands.all().listed().stream()
                    .flatMap(command -> command.usage().flags().stream())
                    .map(Flag::toString),
                Stream.of("--conf", "--properties-file", "--master", "--version", "--class"))
            .collect(Collectors.toSet());

    assertThat(
            FLAG.matcher(Files.readString(DOCUMENT))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet()))
        .isSubsetOf(known);
  }

  @Test
  void helpAsJsonListsOptions() {
    Run run = new Console().run("help", "unlock", "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("\"schema_version\" : \"1\"", "\"verb\" : \"unlock\"", "\"name\" : \"force\"");
  }

  @Test
  void helpComesEvenWhereTheOptionsFileIsBroken() {
    Run run = new Console().environment("BCN_CONFIG", "/nowhere/at/all").run("list", "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: bcn list");
  }

  @Test
  void theVersionIsTold() {
    assertThat(new Console().run("--version"))
        .isEqualTo(new Run(0, "bcn development (repository format 1)\n", ""));
    assertThat(new Console().run("--version", "--json").out())
        .contains("\"version\" : \"development\"", "\"schema_version\" : \"1\"");
  }
}
