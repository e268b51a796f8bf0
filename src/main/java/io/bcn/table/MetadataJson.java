package io.bcn.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
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

  /**
   * The longest text: a property may hold a large schema, and Jackson's default refuses texts above
   * 20 MB.
   */
  private static final int LONGEST_TEXT = 128 << 20;

  private static final JsonFactory LONG_TEXTS =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build())
          .build();

  private static final JsonMapper JSON =
      JsonMapper.builder(LONG_TEXTS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private MetadataJson() {}

  static JsonNode parse(String location, byte[] bytes) {
    InputStream plain = new ByteArrayInputStream(bytes);
    try (InputStream in = isGzip(bytes) ? new Unzipped(plain) : plain) {
      JsonNode tree = JSON.readTree(in);
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

  /** As many bytes as a plain file may have, and no more: a few MB may unpack to any number. */
  private static final class Unzipped extends FilterInputStream {
    private long count;

    Unzipped(InputStream zipped) throws IOException {
      super(new GZIPInputStream(zipped));
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      add(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int some = super.read(buffer, offset, length);
      add(Math.max(some, 0));
      return some;
    }

    private void add(int more) throws IOException {
      count += more;
      if (count > Storage.LONGEST_WHOLE_BYTES) {
        throw new IOException(
            "it unpacks to more than %,d bytes, the most that is read as a whole"
                .formatted(Storage.LONGEST_WHOLE_BYTES));
      }
    }
  }
}
