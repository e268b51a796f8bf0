package io.bcn.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How documents become bytes and back: JSON in UTF-8, snake_case, keys sorted, indented, one
 * newline at the end, so that the same document always gives the same bytes. Instants are ISO-8601
 * in UTC.
 *
 * <p>Nothing is guessed: text for a number, a fraction for a whole number, a field given twice or a
 * missing one that is not optional is refused. Unknown fields are tolerated, so that a newer
 * program of the same format version may add some.
 */
public final class Documents {
  /** The version that this program writes, and the newest that it reads. */
  public static final String FORMAT_VERSION = "1";

  /**
   * The longest document, in bytes: far above what a catalog of a hundred thousand tables needs,
   * and far below what ends a driver.
   */
  public static final int LONGEST_BYTES = 128 << 20;

  private static final int NEWEST_READABLE = 1;
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(DocumentTypes.module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .annotationIntrospector(new PrimitivesAreRequired())
          .build();

  private Documents() {}

  /**
   * The document's canonical bytes. <i>Fails</i> with UNSUPPORTED where nobody could read them:
   * they are longer than {@link #LONGEST_BYTES}.
   */
  public static byte[] write(Object document) {
    try {
      // Jackson indents with the platform's line ends; the repository's bytes must not depend on
      // the platform.
      String text = JSON.writeValueAsString(document).replace("\r\n", "\n");
      return checkedLength(document, (text + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + document.getClass().getSimpleName(), e);
    }
  }

  private static byte[] checkedLength(Object document, byte[] bytes) {
    if (bytes.length <= LONGEST_BYTES) {
      return bytes;
    }
    throw new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot write a document of kind '%s': it has %,d bytes, and %,d is the most that is read"
            .formatted(document.getClass().getSimpleName(), bytes.length, LONGEST_BYTES),
        "Back up fewer tables into one repository: a repository for each database.");
  }

  /**
   * Reads a document.
   *
   * <p><i>Fails</i> with DAMAGED where the bytes are no such document, with FORMAT_TOO_NEW where
   * its {@code version} is above this program's. A document without {@code version} counts as
   * version 1.
   *
   * @param location where the bytes come from, for messages
   */
  public static <T> T read(Class<T> type, byte[] bytes, String location) {
    return convert(type, tree(bytes, location), location);
  }

  /**
   * Whatever in a document may be an object's key, also in a field that this program does not know.
   * Text that only looks like one does no harm to who wants to know what is named. <i>Fails</i> as
   * {@link #read} does.
   */
  public static Set<String> keys(byte[] bytes, String location) {
    String prefix = Layout.catalogs() + "/";
    return tree(bytes, location).findValues("key").stream()
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(key -> key.startsWith(prefix))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static JsonNode tree(byte[] bytes, String location) {
    if (bytes.length > LONGEST_BYTES) {
      throw damaged(
          location,
          "it has %,d bytes, and no document has more than %,d"
              .formatted(bytes.length, LONGEST_BYTES),
          null);
    }
    try {
      JsonNode tree = JSON.readTree(bytes);
      if (!tree.isObject()) {
        throw damaged(
            location, tree.isMissingNode() ? "it is empty" : "it is not a JSON object", null);
      }
      checkVersion(tree.path("version"), location);
      return tree;
    } catch (JsonProcessingException e) {
      throw damaged(location, Unreadable.asJson(e), e);
    } catch (IOException e) {
      throw damaged(location, "it is not JSON", e);
    }
  }

  static <T> T convert(Class<T> type, JsonNode tree, String location) {
    try {
      return JSON.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw damaged(location, Unreadable.asDocument(e), e);
    }
  }

  /** Lower-case hex SHA-256, the digest that documents carry of each other. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static <T> T required(T value, String field) {
    if (value == null) {
      throw new IllegalArgumentException("field '" + field + "' is missing");
    }
    return value;
  }

  /** A field that cannot be absent in Java must not be absent in JSON: it would silently be 0. */
  private static final class PrimitivesAreRequired extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasRequiredMarker(AnnotatedMember member) {
      return member.getRawType().isPrimitive() ? Boolean.TRUE : super.hasRequiredMarker(member);
    }
  }

  private static void checkVersion(JsonNode version, String location) {
    if (version.isMissingNode() || version.isNull()) {
      return;
    }
    String text = version.isTextual() ? version.textValue() : version.toString();
    if (!VERSION.matcher(text).matches()) {
      throw damaged(
          location, "its version '%s' is not a number".formatted(Names.printable(text)), null);
    }
    if (Long.parseLong(text) > NEWEST_READABLE) {
      throw new BcnException(
          ErrorCode.FORMAT_TOO_NEW,
          "Cannot read '%s': it has format version %s and this program reads up to %d"
              .formatted(location, text, NEWEST_READABLE),
          "Use the BCN release that wrote the repository, or a later one.");
    }
  }

  private static BcnException damaged(String location, String reason, Throwable cause) {
    return new BcnException(
        ErrorCode.DAMAGED,
        "Cannot read '%s': %s".formatted(location, reason),
        "Run 'bcn verify' to see what else is damaged and 'bcn repair' to rebuild what can be derived.",
        cause);
  }
}
