package io.bcn.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The format document says what the program does. */
class FormatDocumentTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- golden: (\\S+) -->\n```json\n(.*?)```\n<!-- end -->", Pattern.DOTALL);
  private static final String DOCUMENT = read();

  @Test
  void everyExampleIsItsGoldenFileAndEveryGoldenFileIsAnExample() {
    Map<String, String> golden = new TreeMap<>();
    GoldenFileTest.documents()
        .map(each -> (String) each.get()[0])
        .forEach(name -> golden.put(name, new String(GoldenFileTest.golden(name), UTF_8)));

    Map<String, String> examples = new TreeMap<>();
    Matcher example = EXAMPLE.matcher(DOCUMENT);
    while (example.find()) {
      examples.put(example.group(1), example.group(2));
    }

    assertThat(examples).isEqualTo(golden);
    assertThat(DOCUMENT.split("<!-- golden: ", -1)).hasSize(golden.size() + 1);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void everyKindOfFileIsNamed(FileKind kind) {
    assertThat(DOCUMENT).contains("`" + kind + "`");
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void everyStatusIsNamed(TableStatus status) {
    assertThat(DOCUMENT).contains("`" + status + "`:");
  }

  @Test
  void theTreeNamesEveryDocumentThatTheLayoutHas() {
    DatabaseName database = Samples.DB1;
    ObjectKey pit = Layout.tablePit("c", Samples.ORDERS, Samples.FIRST, TablePart.SNAPSHOT);
    String tree = DOCUMENT.substring(DOCUMENT.indexOf("## The tree"));

    assertThat(
            Arrays.asList(
                Layout.repositoryManifest(),
                Layout.catalogMetadata("c"),
                Layout.deletedDatabases("c"),
                Layout.databaseMetadata("c", database),
                Layout.deletedTables("c", database),
                Layout.tableManifest("c", Samples.ORDERS),
                Layout.tableState(pit),
                Layout.pitManifest("c", Samples.FIRST),
                Layout.inProgress("c", Samples.FIRST),
                Layout.hold("c", Samples.FIRST),
                Layout.damage("c", Samples.FIRST),
                Layout.expiredManifest("c", Samples.FIRST)))
        .allSatisfy(key -> assertThat(tree).contains("  " + key.name() + "  "));
    assertThat(tree).contains(" inventory/<part>.parquet ", " objects/<xx>/<hash>-<base name> ");
    assertThat(TablePart.values())
        .allSatisfy(part -> assertThat(tree).contains(" " + part.folder() + "/<pit>/ "));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"pit_manifest.json", "table_state.json"})
  void everyFieldOfTheTwoMainDocumentsIsExplained(String name) {
    String prose = EXAMPLE.matcher(DOCUMENT).replaceAll("");
    JsonNode golden = Documents.tree(GoldenFileTest.golden(name), name);

    assertThat(golden.properties())
        .extracting(Map.Entry::getKey)
        .isNotEmpty()
        .allSatisfy(field -> assertThat(prose).contains("`" + field + "`"));
  }

  @Test
  void theVersionIsTheProgramsOwn() {
    assertThat(DOCUMENT).startsWith("# Repository format, version " + Documents.FORMAT_VERSION);
  }

  private static String read() {
    try {
      return Files.readString(Path.of("src/site/markdown/format.md"));
    } catch (IOException e) {
      throw new AssertionError("cannot read the format document", e);
    }
  }
}
