package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The JSON documents are a contract: each key that a verb prints stands in its section of cli.md.
 */
class DocumentedKeysTest {
  /** What is Iceberg's or the user's, and has keys of its own. */
  private static final Set<String> FOREIGN =
      Set.of("properties", "refs", "schemas", "versions", "partition_specs", "sort_orders");

  @TempDir Path temp;

  @ParameterizedTest(name = "bcn {0}")
  @CsvSource({
    "list",
    "list --table sales.orders",
    "list --pit 20260103T100000.000Z",
    "describe",
    "describe --pit latest",
    "describe --pit 20260103T100000.000Z",
    "describe --table sales.orders",
    "describe --table sales.recent",
    "repair --dry-run",
    "unlock",
  })
  void everyKeyIsDocumented(String line) throws IOException {
    SampleRepository.withPits(temp);
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    words.addAll(List.of("--repo", temp.toString(), "--json"));

    Run run = new Console().run(words.toArray(String[]::new));

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertDocumented(words.get(0), new ObjectMapper().readTree(run.out()));
  }

  static void assertDocumented(String verb, JsonNode document) throws IOException {
    Set<String> keys = new TreeSet<>();
    collect(document, keys);
    String section = section(verb);
    keys.removeIf(key -> section.contains("`" + key + "`"));
    assertThat(keys).as("keys of '%s' that cli.md does not explain", verb).isEmpty();
  }

  private static void collect(JsonNode node, Set<String> keys) {
    node.properties()
        .forEach(
            field -> {
              keys.add(field.getKey());
              if (!FOREIGN.contains(field.getKey())) {
                collect(field.getValue(), keys);
              }
            });
    if (node.isArray()) {
      node.forEach(element -> collect(element, keys));
    }
  }

  /** What is said of all verbs, and of this one. */
  private static String section(String verb) throws IOException {
    String all = Files.readString(Path.of("src/site/markdown/cli.md"));
    String[] sections = all.split("\n## ", -1);
    StringBuilder text = new StringBuilder(sections[0]);
    for (String section : sections) {
      if (section.startsWith("bcn " + verb + "\n") || !section.startsWith("bcn ")) {
        text.append(section);
      }
    }
    return text.toString();
  }
}
