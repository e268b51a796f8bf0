package io.bcn.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The bytes of a metadata file as a JSON tree, and back: numbers keep every digit, unknown fields
 * their place.
 */
final class MetadataJson {
  private static final int GZIP_MAGIC_0 = 0x1f;
  private static final int GZIP_MAGIC_1 = 0x8b;

  /** A property may hold a schema of any size; Jackson's default refuses texts above 20 MB. */
  private static final JsonFactory ANY_SIZE =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private static final JsonMapper JSON =
      JsonMapper.builder(ANY_SIZE)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private MetadataJson() {}

  static JsonNode parse(String location, byte[] bytes) {
    try {
      JsonNode tree = JSON.readTree(isGzip(bytes) ? unzipped(bytes) : bytes);
      if (tree.isObject()) {
        return tree;
      }
      throw Damage.of(
          MetadataFile.THING,
          location,
          bytes.length == 0 ? "it is empty" : "it holds no JSON object");
    } catch (JsonProcessingException e) {
      throw Damage.of(MetadataFile.THING, location, e);
    } catch (IOException e) {
      // The bytes are in memory: only what they hold can fail.
      throw Damage.of(MetadataFile.THING, location, e);
    }
  }

  static byte[] print(ObjectNode tree, String targetLocation) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = namesGzip(targetLocation) ? new GZIPOutputStream(bytes) : bytes) {
      JSON.writeValue(out, tree);
    } catch (IOException e) {
      throw new IllegalStateException("memory takes every byte", e);
    }
    return bytes.toByteArray();
  }

  /** As Iceberg decides: {@code .gz.metadata.json}, or {@code .metadata.json.gz} of old writers. */
  private static boolean namesGzip(String location) {
    return location.endsWith(".gz.metadata.json") || location.endsWith(".metadata.json.gz");
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length > 1
        && (bytes[0] & 0xff) == GZIP_MAGIC_0
        && (bytes[1] & 0xff) == GZIP_MAGIC_1;
  }

  private static byte[] unzipped(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }
}
