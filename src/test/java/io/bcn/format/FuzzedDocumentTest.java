package io.bcn.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.ByteChange;
import io.bcn.Fuzz;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents that were tampered with at every place: each is read as what it says, or refused in one
 * line. Never anything else, and never for long.
 */
class FuzzedDocumentTest {
  private static final String LOCATION = "s3://backup/repo/document.json";
  private static final JsonMapper JSON = new JsonMapper();

  /** Every how many of the wrong values is tried: the longest document has thousands. */
  private static final int STEP = Boolean.getBoolean("bcn.full") ? 1 : 11;

  /** How long one document may take, whatever else the machine does. */
  private static final Duration SOON = Duration.ofMinutes(1);

  private static final long SEED = Long.getLong("bcn.seed", System.nanoTime());

  /** What takes the place of each value. */
  private static final List<String> WRONG =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "99999999999999999999999999",
          "1e999999999",
          "-9223372036854775808",
          "\"\"",
          "\" \"",
          "\"..\"",
          "\"/etc/passwd\"",
          "\"../../x\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"" + "x".repeat(100_000) + "\"",
          "[]",
          "{}",
          "[null]",
          "[[]]",
          "{\"\":null}",
          "[".repeat(900) + "]".repeat(900),
          "{\"a\":".repeat(900) + "1" + "}".repeat(900));

  static List<String> documents() {
    return GoldenFileTest.documents().map(each -> (String) each.get()[0]).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void everyValueMayBeAnythingElse(String name) throws IOException {
    int tried = 0;
    int next = new Random(SEED).nextInt(STEP);
    JsonNode whole = JSON.readTree(GoldenFileTest.golden(name));
    for (String place : places(whole, "")) {
      for (; next < WRONG.size(); next += STEP) {
        String wrong = WRONG.get(next);
        JsonNode changed = whole.deepCopy();
        replace(changed, place, JSON.readTree(wrong));
        assertReadOrRefused(name, JSON.writeValueAsBytes(changed), place + " = " + cut(wrong));
        tried++;
      }
      next -= WRONG.size();
      JsonNode without = whole.deepCopy();
      remove(without, place);
      assertReadOrRefused(name, JSON.writeValueAsBytes(without), "without " + place);
      tried++;
    }
    say("%s: %,d wrong or missing values".formatted(name, tried));
  }

  @Fuzz(sample = 100, full = 20_000)
  void bytesMayBeSetFlippedSwappedFilledRemovedAndRepeated(
      @ForAll("changes") List<ByteChange> changes) {
    for (String name : documents()) {
      byte[] bytes = ByteChange.all(changes, GoldenFileTest.golden(name));
      assertReadOrRefused(name, bytes, "changed");
    }
  }

  @Provide
  Arbitrary<List<ByteChange>> changes() {
    int longest =
        documents().stream()
            .mapToInt(name -> GoldenFileTest.golden(name).length)
            .max()
            .orElseThrow();
    return ByteChange.between(0, longest - 1).list().ofMinSize(1).ofMaxSize(4);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void aDocumentThatIsCutAnywhereIsRefused(String name) {
    byte[] whole = GoldenFileTest.golden(name);
    for (int length = 0; length < whole.length - 1; length += STEP) {
      assertRefused(name, Arrays.copyOf(whole, length), "cut to " + length);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void everyFieldMayStandTwice(String name) throws IOException {
    String text = new String(GoldenFileTest.golden(name), UTF_8);
    ObjectNode whole = (ObjectNode) JSON.readTree(text);
    for (String field : fields(whole)) {
      String twice = "{ \"%s\" : %s,".formatted(field, whole.get(field));
      assertRefused(name, text.replaceFirst("\\{", quoted(twice)).getBytes(UTF_8), field);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void whatIsNotUtf8IsReadOrRefused(String name) throws IOException {
    String text = new String(GoldenFileTest.golden(name), UTF_8);
    for (Charset charset : List.of(UTF_16, UTF_16LE, Charset.forName("UTF-32BE"), ISO_8859_1)) {
      assertReadOrRefused(name, text.getBytes(charset), charset.name());
    }
    assertRefused(name, text.replace("a", "\u0000").getBytes(UTF_8), "with zero bytes");
    byte[] badBytes = text.replace("\" : \"", "\" : \"~").getBytes(UTF_8);
    for (int i = 0; i < badBytes.length; i++) {
      badBytes[i] = badBytes[i] == '~' ? (byte) 0xff : badBytes[i];
    }
    assertRefused(name, badBytes, "with bytes that are no UTF-8");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.getBytes(UTF_8));
    }
    assertRefused(name, packed.toByteArray(), "gzipped");
  }

  @Test
  void everyDocumentInEveryOthersPlaceIsReadOrRefused() {
    for (String name : documents()) {
      for (String other : documents()) {
        assertReadOrRefused(name, GoldenFileTest.golden(other), "the bytes of " + other);
      }
    }
  }

  @Test
  void aDocumentThatIsTooLongIsRefusedBeforeItIsParsed() {
    byte[] spaces = new byte[Documents.LONGEST_BYTES + 1];
    Arrays.fill(spaces, (byte) ' ');

    assertThatThrownBy(() -> Documents.read(PitManifest.class, spaces, LOCATION))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
        .hasMessage(
            "Cannot read '%s': it has 134,217,729 bytes, and no document has more than 134,217,728",
            LOCATION);
  }

  @Test
  void aDocumentThatWouldBeTooLongToReadIsNotWritten() {
    String text = "x".repeat(Documents.LONGEST_BYTES);

    assertThatThrownBy(() -> Documents.write(List.of(text)))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageStartingWith("Cannot write a document of kind '")
        .hasMessageEndingWith("134,217,728 is the most that is read");
  }

  /** JSON pointers of all values. */
  private static List<String> places(JsonNode node, String at) {
    List<String> places = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      for (String field : fields(object)) {
        String place = at + "/" + field.replace("~", "~0").replace("/", "~1");
        places.add(place);
        places.addAll(places(object.get(field), place));
      }
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      places.add(at + "/" + i);
      places.addAll(places(node.get(i), at + "/" + i));
    }
    return places;
  }

  private static List<String> fields(ObjectNode object) {
    List<String> fields = new ArrayList<>();
    object.fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  private static void replace(JsonNode tree, String place, JsonNode value) {
    JsonNode parent = tree.at(place.substring(0, place.lastIndexOf('/')));
    String last = last(place);
    if (parent instanceof ObjectNode object) {
      object.set(last, value);
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(last), value);
    }
  }

  private static void remove(JsonNode tree, String place) {
    JsonNode parent = tree.at(place.substring(0, place.lastIndexOf('/')));
    String last = last(place);
    if (parent instanceof ObjectNode object) {
      object.remove(last);
    } else {
      ((ArrayNode) parent).remove(Integer.parseInt(last));
    }
  }

  private static String last(String place) {
    return place.substring(place.lastIndexOf('/') + 1).replace("~1", "/").replace("~0", "~");
  }

  private static void assertReadOrRefused(String name, byte[] bytes, String what) {
    for (Consumer<byte[]> reader : readers(name)) {
      try {
        assertTimeout(SOON, () -> reader.accept(bytes), what);
      } catch (BcnException e) {
        assertClean(e, what);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("%s, %s: %s".formatted(name, what, cut(e.toString())), e);
      }
    }
  }

  private static void assertRefused(String name, byte[] bytes, String what) {
    for (Consumer<byte[]> reader : readers(name)) {
      assertThatThrownBy(() -> reader.accept(bytes))
          .as("%s, %s", name, what)
          .isInstanceOfSatisfying(BcnException.class, e -> assertClean(e, what));
    }
  }

  private static void assertClean(BcnException e, String what) {
    assertThat(e.code()).as(what).isIn(Set.of(ErrorCode.DAMAGED, ErrorCode.FORMAT_TOO_NEW));
    assertThat(e.getMessage())
        .as(what)
        .startsWith("Cannot read '" + LOCATION + "': ")
        .hasLineCount(1)
        .hasSizeLessThan(1_500)
        .doesNotContain("io.bcn", "java.", "jackson", "Exception");
    assertThat(e.hint()).isNotBlank();
  }

  /** Whoever reads the document. */
  private static List<Consumer<byte[]>> readers(String name) {
    Object golden =
        GoldenFileTest.documents()
            .filter(each -> each.get()[0].equals(name))
            .findFirst()
            .orElseThrow()
            .get()[1];
    Consumer<byte[]> typed = bytes -> Documents.read(golden.getClass(), bytes, LOCATION);
    return golden instanceof PitManifest
        ? List.of(typed, bytes -> PitDocument.read(bytes, LOCATION))
        : List.of(typed);
  }

  private static String quoted(String replacement) {
    return java.util.regex.Matcher.quoteReplacement(replacement);
  }

  private static String cut(String text) {
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }

  private static void say(String text) {
    System.out.println("FuzzedDocumentTest: " + text);
  }
}
