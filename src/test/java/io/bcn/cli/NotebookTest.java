package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.errors.BcnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The notebooks call verbs and flags that there are, and show what a whole run printed. They are
 * not run here, so no Jupyter is needed.
 */
class NotebookTest {
  private static final Pattern CALL = Pattern.compile("(?s)\\bbcn\\((.*?)\\)");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|([A-Za-z_]\\w*)");
  private static final Pattern OF_A_MACHINE = Pattern.compile("/(home|root|tmp|work|Users)/");

  static List<Path> notebooks() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("notebooks"))) {
      return files.filter(file -> file.toString().endsWith(".ipynb")).toList();
    }
  }

  @Test
  void thereIsOne() throws IOException {
    assertThat(notebooks()).isNotEmpty();
    assertThat(Files.readString(Path.of("README.md"))).contains("notebooks/");
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void eachCallIsACommandLineThatIsUnderstood(Path notebook) throws IOException {
    List<List<String>> calls = new ArrayList<>();
    for (JsonNode cell : cells(notebook, "code")) {
      calls.addAll(calls(text(cell.path("source"))));
    }

    assertThat(calls).hasSizeGreaterThan(3);
    calls.forEach(NotebookTest::parse);
    assertThat(calls).extracting(words -> words.get(0)).contains("describe", "list", "restore");
    assertThatThrownBy(() -> parse(List.of("list", "--pitt", "x")))
        .isInstanceOf(BcnException.class)
        .hasMessageContaining("--pitt");
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void itsOutputsAreThoseOfOneWholeRunAndNameNoMachine(Path notebook) throws IOException {
    int count = 0;
    for (JsonNode cell : cells(notebook, "code")) {
      assertThat(cell.path("execution_count").asInt()).isEqualTo(++count);
      for (JsonNode output : cell.path("outputs")) {
        assertThat(output.path("output_type").asText()).isNotEqualTo("error");
        assertThat(output.path("name").asText("stdout")).isEqualTo("stdout");
        assertThat(text(output.path("text"))).doesNotContainPattern(OF_A_MACHINE);
      }
    }
    assertThat(count).isPositive();
    assertThat(Files.readString(notebook)).doesNotContainPattern(OF_A_MACHINE);
  }

  private static List<JsonNode> cells(Path notebook, String type) throws IOException {
    JsonNode root = new ObjectMapper().readTree(notebook.toFile());
    assertThat(root.path("nbformat").asInt()).isEqualTo(4);
    return StreamSupport.stream(root.path("cells").spliterator(), false)
        .filter(cell -> cell.path("cell_type").asText().equals(type))
        .toList();
  }

  private static String text(JsonNode lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.asText()));
    return text.toString();
  }

  /** The words of each call; a variable stands for some value. */
  private static List<List<String>> calls(String source) {
    List<List<String>> calls = new ArrayList<>();
    Matcher call = CALL.matcher(source.replace("def bcn(", "def "));
    while (call.find()) {
      List<String> words = new ArrayList<>();
      Matcher word = WORD.matcher(call.group(1));
      while (word.find()) {
        words.add(word.group(1) != null ? word.group(1) : "x");
      }
      calls.add(words);
    }
    return calls;
  }

  private static void parse(List<String> call) {
    Commands commands = Commands.all();
    Command command = commands.named(call.get(0)).orElseThrow();
    List<String> words = new ArrayList<>(call.subList(1, call.size()));
    words.addAll(List.of("--repo", "x", "--json"));
    new ArgumentParser(command.usage(), commands).parse(words);
  }
}
