package io.bcn.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in a document's place and is none: refused in one line that says where and why. */
class DamagedDocumentTest {
  private static final String LOCATION = "s3://backup/repo/manifest.json";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"               | it is empty",
        "\" \n \"           | it is empty",
        "[]                 | it is not a JSON object",
        "[{'version':'1'}]  | it is not a JSON object",
        "null               | it is not a JSON object",
        "'text'             | it is not a JSON object",
        "17                 | it is not a JSON object",
        "{}                 | field 'version' is missing",
        "{'version':'1'}    | field 'granularity' is missing",
        "{'version':'1'} {} | something follows its end",
        "{'a':1,'a':2}      | it has a field twice",
      })
  void bytesThatAreNoDocumentAreRefused(String json, String reason) {
    assertDamaged(RepositoryManifest.class, json.replace('\'', '"').getBytes(UTF_8), reason);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"hello", "<xml/>", "{'a':1}}", "{'a':1}x", "{'a':NaN}", "{a:1}", "{'a' 1}"})
  void textThatIsNoJsonIsRefusedByItsPlace(String text) {
    assertThatThrownBy(() -> read(text.replace('\'', '"').getBytes(UTF_8)))
        .isInstanceOfSatisfying(BcnException.class, DamagedDocumentTest::assertIsDamaged)
        .hasMessageMatching("Cannot read '\\Q" + LOCATION + "\\E': it is not JSON, at line 1, .*");
  }

  @ParameterizedTest(name = "{0} bytes of {1}")
  @CsvSource({"16, 0", "4096, 0", "16, 255", "16, 137"})
  void bytesThatAreNoTextAreRefused(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOfSatisfying(BcnException.class, DamagedDocumentTest::assertIsDamaged)
        .hasMessageStartingWith("Cannot read '%s': it is not JSON", LOCATION);
  }

  @Test
  void aDocumentCutAnywhereIsRefused() {
    byte[] whole = GoldenFileTest.golden("pit_manifest.json");

    for (int length = 1; length < whole.length - 1; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> PitDocument.read(cut, LOCATION))
          .as("cut to %d bytes", length)
          .isInstanceOfSatisfying(BcnException.class, DamagedDocumentTest::assertIsDamaged)
          .hasMessageMatching(
              "Cannot read '.*': it (ends in the middle|is not JSON), at line \\d+, column \\d+");
    }
  }

  @ParameterizedTest(name = "without {0}")
  @ValueSource(strings = {"version", "granularity", "scope", "created_at"})
  void aRepositoryManifestWithoutARequiredFieldIsRefused(String field) {
    assertDamaged(
        RepositoryManifest.class,
        without("repository_manifest.json", field),
        "field '" + field + "' is missing");
  }

  @ParameterizedTest(name = "{1} without {2}")
  @CsvSource({
    "PitManifest, pit_manifest.json, pit_timestamp",
    "PitManifest, pit_manifest.json, included_objects",
    "TableState, table_state.json, version",
    "TableState, table_state.json, database",
    "TableState, table_state.json, name",
    "TableState, table_state.json, metadata",
    "TableState, table_state.json, metadata_location",
    "TableState, table_state.json, roots",
    "TableState, table_state.json, inventories",
    "TableState, table_state.json, last_updated_ms",
    "TableManifest, table_manifest.json, name",
    "TableManifest, table_manifest.json, states",
    "CatalogMetadata, catalog_metadata.json, name",
    "CatalogMetadata, catalog_metadata.json, kind",
    "DatabaseMetadata, database_metadata.json, name",
    "DeletedTables, deleted_tables.json, deleted_tables",
    "DeletedDatabases, deleted_databases.json, deleted_databases",
    "InProgress, in_progress.json, token",
    "InProgress, in_progress.json, process_id",
    "InProgress, in_progress.json, lease_until",
    "AbandonedPit, abandoned_pit.json, abandoned",
    "AbandonedPit, abandoned_pit.json, abandoned_by",
    "ExpiredMark, expired_pit.json, expired_at",
    "ExpiredMark, expired_pit.json, manifest_sha256",
    "Hold, hold.json, held_by",
    "PitDamage, pit_damage.json, tables",
  })
  void aDocumentWithoutARequiredFieldIsRefused(String type, String golden, String field)
      throws ClassNotFoundException {
    Class<?> document = Class.forName("io.bcn.format." + type);

    assertDamaged(document, without(golden, field), "field '" + field + "' is missing");
  }

  @ParameterizedTest(name = "{1} instead of {0}")
  @MethodSource
  void aWrongValueIsRefusedByItsPlace(String right, String wrong, String reason) {
    String json = new String(GoldenFileTest.golden("pit_manifest.json"), UTF_8);
    assertThat(json).contains(right);

    assertDamaged(PitManifest.class, json.replace(right, wrong).getBytes(UTF_8), reason);
  }

  static Stream<Arguments> aWrongValueIsRefusedByItsPlace() {
    String newFiles = "field 'tables[1].totals.new_files' ";
    String wrongType = "is of the wrong type or out of range";
    return Stream.of(
        each("'ACTIVE'", "'GONE'", "field 'tables[1].status' cannot be 'GONE'"),
        each("'ACTIVE'", "0", "field 'tables[1].status' cannot be '0'"),
        each("'CONSISTENT'", "''", "field 'cut.mode' cannot be ''"),
        each("[ 'db1', 'db2' ]", "'db1'", "field 'included_objects.databases' " + wrongType),
        each(
            "[ 'db1', 'db2' ]", "[ null ]", "at 'included_objects': null is where a value must be"),
        each("'new_files' : 5", "'new_files' : '5'", newFiles + wrongType),
        each("'new_files' : 5", "'new_files' : 5.5", newFiles + "cannot be '5.5'"),
        each("'new_files' : 5", "'new_files' : null", newFiles + wrongType),
        each("'new_files' : 5", "'new_files' : true", newFiles + wrongType),
        each("'new_files' : 5", "'new_files' : 99999999999999999999", newFiles + wrongType),
        each("'new_files' : 5", "'new_files' : 1e400", newFiles + "cannot be 'Infinity'"),
        each("'new_files' : 5", "'x' : 5", newFiles + "is missing"),
        each("'complete' : false", "'complete' : 'no'", "field 'complete' " + wrongType),
        each(
            "'2025-10-17T10:00:01.500Z'",
            "'yesterday'",
            "at 'cut.to': 'yesterday' is no ISO-8601 instant"),
        each("'2025-10-17T10:00:01.500Z'", "17", "at 'cut.to': '17' is no ISO-8601 instant"),
        each(
            "'20251017T100000.123Z'",
            "'20251017'",
            "at 'tables[1].stored_in': '20251017' is no PIT id"),
        each(
            "'name' : 'orders'",
            "'name' : ''",
            "at 'tables[1]': Cannot use table name '': it is empty"),
        each(
            "'name' : 'orders'",
            "'name' : 'a\\nb'",
            "at 'tables[1]': Cannot use table name 'a?b': it holds a control character"),
        each(
            "'FAILED'", "'ACTIVE'", "at 'tables[2]': table db2.broken is ACTIVE and has no state"));
  }

  @Test
  void aGranularityThatDoesNotFitItsScopeIsRefused() {
    String json = new String(GoldenFileTest.golden("repository_manifest.json"), UTF_8);

    assertDamaged(
        RepositoryManifest.class,
        json.replace("CATALOG", "TABLE").getBytes(UTF_8),
        "granularity TABLE does not fit scope 'CATALOG prod'");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"2", "10", "999999999999999999"})
  void aNewerVersionIsRefusedWhateverElseTheDocumentHolds(String version) {
    for (String spelled : new String[] {'"' + version + '"', version}) {
      byte[] newer = ("{\"version\":" + spelled + ",\"granularity\":[]}").getBytes(UTF_8);

      assertThatThrownBy(() -> Documents.read(RepositoryManifest.class, newer, LOCATION))
          .isInstanceOfSatisfying(
              BcnException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.FORMAT_TOO_NEW);
                assertThat(e.code().exitCode()).isEqualTo(23);
                assertThat(e.hint()).startsWith("Use the BCN release that wrote the repository");
              })
          .hasMessage(
              "Cannot read '%s': it has format version %s and this program reads up to 1",
              LOCATION, version);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"one\"       | one",
        "\"\"          | ''",
        "\"0\"         | 0",
        "\"-1\"        | -1",
        "\" 1\"        | ' 1'",
        "\"01\"        | 01",
        "1.5           | 1.5",
        "true          | true",
        "{\"major\":1} | {\"major\":1}",
        "[1]           | [1]",
      })
  void aVersionThatIsNoNumberIsRefused(String version, String shown) {
    byte[] json = ("{\"version\":" + version + "}").getBytes(UTF_8);

    assertDamaged(RepositoryManifest.class, json, "its version '" + shown + "' is not a number");
  }

  @Test
  void unknownFieldsAreTolerated() {
    String json = new String(GoldenFileTest.golden("pit_manifest.json"), UTF_8);
    String future = "\"from_the_future\" : { \"deep\" : [ 1, null ] },\n";
    String more =
        json.replace("\"complete\"", future + "\"complete\"")
            .replace("\"failure\"", future + "\"failure\"")
            .replace("\"new_files\"", future + "\"new_files\"");

    assertThat(Documents.read(PitManifest.class, more.getBytes(UTF_8), LOCATION))
        .isEqualTo(Samples.pitManifest());
  }

  @Test
  void absurdJsonIsRefusedWithoutHarm() {
    String tooMuch = "it is nested too deeply, or a number or a text in it is too long";

    assertDamaged(PitManifest.class, ("{\"a\":" + "[".repeat(1_000_000)).getBytes(UTF_8), tooMuch);
    assertDamaged(
        PitManifest.class, ("{\"a\":" + "9".repeat(1_000_000) + "}").getBytes(UTF_8), tooMuch);
    assertDamaged(
        TableState.class,
        ("{\"version\":\"1\",\"refs\":" + "{\"a\":".repeat(900) + "1" + "}".repeat(901))
            .getBytes(UTF_8),
        "field 'last_updated_ms' is missing");
  }

  @Test
  void aMessageNeverRepeatsAVeryLongValue() {
    byte[] json = ("{\"version\":\"" + "x".repeat(1_000_000) + "\"}").getBytes(UTF_8);

    assertDamaged(
        PitManifest.class, json, "its version '" + "x".repeat(200) + "…' is not a number");
  }

  private static Arguments each(String right, String wrong, String reason) {
    return Arguments.of(right.replace('\'', '"'), wrong.replace('\'', '"'), reason);
  }

  private static RepositoryManifest read(byte[] bytes) {
    return Documents.read(RepositoryManifest.class, bytes, LOCATION);
  }

  private static byte[] without(String golden, String field) {
    String json = new String(GoldenFileTest.golden(golden), UTF_8);
    String renamed = json.replaceFirst("(?m)^  \"" + field + "\" :", "  \"another\" :");
    assertThat(renamed).isNotEqualTo(json);
    return renamed.getBytes(UTF_8);
  }

  private static void assertDamaged(Class<?> type, byte[] json, String reason) {
    assertThatThrownBy(() -> Documents.read(type, json, LOCATION))
        .isInstanceOfSatisfying(BcnException.class, DamagedDocumentTest::assertIsDamaged)
        .hasMessage("Cannot read '%s': %s", LOCATION, reason);
  }

  private static void assertIsDamaged(BcnException e) {
    assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED);
    assertThat(e.code().exitCode()).isEqualTo(24);
    assertThat(e.hint()).contains("bcn verify").contains("bcn repair");
    assertThat(e.getMessage()).hasLineCount(1).doesNotContainIgnoringCase("jackson");
    assertThat(e.getMessage()).doesNotContain("io.bcn", "java.", "JsonNode", "StreamRead");
  }
}
