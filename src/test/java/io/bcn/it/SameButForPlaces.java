package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/**
 * A restored table's metadata beside the original: metadata file, manifest lists and manifests,
 * field by field. Only the fields that hold a place, or a length of a rewritten file, may differ,
 * and those must hold the right one.
 *
 * @param root what all places of the source begin with
 * @param now where the root is meanwhile
 * @param target the restored table's location
 */
record SameButForPlaces(String root, String now, String target, Set<String> compared) {
  private static final Pattern PLACES =
      Pattern.compile(
          "/location|/snapshots/\\d+/manifest-list|/snapshots/\\d+/manifests/\\d+"
              + "|/(partition-)?statistics/\\d+/statistics-path|/metadata-log/\\d+/metadata-file"
              + "|/properties/write\\.(data|metadata|folder-storage|object-storage)\\.path");

  private static final int FILE_PATH_COLUMN = 2147483546;
  private static final int DELETED = 2;

  static SameButForPlaces of(Path root, Path now, String target) {
    return new SameButForPlaces(root.toString(), now.toString(), target, new HashSet<>());
  }

  /** Metadata files, by the places that the catalogs have them at; and all below. */
  void assertTable(String original, String restored) {
    JsonNode before = json(lost(original));
    JsonNode after = json(FilesOfTable.path(restored));
    Map<String, JsonNode> leaves = leaves(before);
    Map<String, JsonNode> restoredLeaves = leaves(after);
    assertThat(List.copyOf(restoredLeaves.keySet())).isEqualTo(List.copyOf(leaves.keySet()));
    leaves.forEach(
        (pointer, value) -> {
          JsonNode there = restoredLeaves.get(pointer);
          if (PLACES.matcher(pointer).matches()) {
            assertPlace(value.textValue(), there.textValue());
          } else if (!pointer.equals("/table-uuid")) {
            assertThat(there).as(pointer).isEqualTo(value);
          }
        });
    for (int i = 0; i < before.path("snapshots").size(); i++) {
      assertSnapshot(before.at("/snapshots/" + i), after.at("/snapshots/" + i));
    }
  }

  private void assertSnapshot(JsonNode before, JsonNode after) {
    if (before.has("manifest-list")) {
      assertList(before.get("manifest-list").textValue(), after.get("manifest-list").textValue());
    }
    for (int i = 0; i < before.path("manifests").size(); i++) {
      assertManifest(
          before.get("manifests").get(i).textValue(), after.get("manifests").get(i).textValue());
    }
  }

  private void assertList(String original, String restored) {
    Avro before = Avro.read(lost(original));
    Avro after = Avro.read(FilesOfTable.path(restored));
    before.assertAlike(after, original);
    for (int i = 0; i < before.records().size(); i++) {
      GenericRecord was = before.records().get(i);
      GenericRecord is = after.records().get(i);
      String manifest = is.get("manifest_path").toString();
      for (Schema.Field field : was.getSchema().getFields()) {
        Object there = is.get(field.pos());
        switch (field.name()) {
          case "manifest_path" -> assertPlace(was.get(field.pos()).toString(), there.toString());
          case "manifest_length" -> assertThat(FilesOfTable.path(manifest)).hasSize((Long) there);
          default -> assertThat(there).as(field.name()).isEqualTo(was.get(field.pos()));
        }
      }
      assertManifest(was.get("manifest_path").toString(), manifest);
    }
  }

  private void assertManifest(String original, String restored) {
    if (!compared.add(original)) {
      return;
    }
    Avro before = Avro.read(lost(original));
    Avro after = Avro.read(FilesOfTable.path(restored));
    before.assertAlike(after, original);
    for (int i = 0; i < before.records().size(); i++) {
      GenericRecord was = before.records().get(i);
      GenericRecord is = after.records().get(i);
      for (Schema.Field field : was.getSchema().getFields()) {
        if (!field.name().equals("data_file")) {
          assertThat(is.get(field.pos())).as(field.name()).isEqualTo(was.get(field.pos()));
        }
      }
      boolean live = (Integer) was.get("status") != DELETED;
      assertFile((GenericRecord) was.get("data_file"), (GenericRecord) is.get("data_file"), live);
    }
  }

  private void assertFile(GenericRecord was, GenericRecord is, boolean live) {
    int content = was.hasField("content") ? (Integer) was.get("content") : 0;
    boolean rewritten = content == 1 && live;
    String location = is.get("file_path").toString();
    for (Schema.Field field : was.getSchema().getFields()) {
      Object before = was.get(field.pos());
      Object after = is.get(field.pos());
      switch (field.name()) {
        case "file_path" -> assertPlace(before.toString(), location);
        case "referenced_data_file" -> {
          assertThat(after == null).isEqualTo(before == null);
          if (before != null) {
            assertPlace(before.toString(), after.toString());
          }
        }
        case "lower_bounds", "upper_bounds" ->
            assertBounds(
                before,
                after,
                content,
                fieldOf(was, "lower_bounds").equals(fieldOf(was, "upper_bounds")));
        case "file_size_in_bytes" -> {
          if (rewritten) {
            assertThat(FilesOfTable.path(location)).hasSize((Long) after);
          } else {
            assertThat(after).isEqualTo(before);
          }
        }
        case "content_offset", "content_size_in_bytes", "split_offsets" -> {
          // Where a vector lies is looked up in the Puffin file itself, see FilesOfTable.
          if (!rewritten) {
            assertThat(after).as(field.name()).isEqualTo(before);
          }
        }
        default -> assertThat(after).as(field.name()).isEqualTo(before);
      }
    }
  }

  /** The bound of the data file's path alone may change, or go; it must go where it is a range. */
  private void assertBounds(Object before, Object after, int content, boolean onePath) {
    Map<Integer, String> was = bounds(before);
    Map<Integer, String> is = bounds(after);
    Optional<String> path = Optional.ofNullable(was.remove(FILE_PATH_COLUMN));
    Optional<String> moved = Optional.ofNullable(is.remove(FILE_PATH_COLUMN));
    assertThat(is).isEqualTo(was);
    if (content == 0 || path.isEmpty()) {
      assertThat(moved).isEqualTo(path);
    } else if (onePath) {
      assertPlace(path.get(), moved.orElseThrow());
    } else {
      moved.ifPresent(place -> assertPlace(path.get(), place));
    }
  }

  private static Optional<String> fieldOf(GenericRecord file, String bounds) {
    return Optional.ofNullable(bounds(file.get(bounds)).get(FILE_PATH_COLUMN));
  }

  private static Map<Integer, String> bounds(Object field) {
    Map<Integer, String> bounds = new TreeMap<>();
    if (field instanceof Iterable<?> pairs) {
      for (Object pair : pairs) {
        GenericRecord bound = (GenericRecord) pair;
        int column = (Integer) bound.get("key");
        Charset charset =
            column == FILE_PATH_COLUMN ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        bounds.put(
            column, charset.decode(((ByteBuffer) bound.get("value")).duplicate()).toString());
      }
    }
    return bounds;
  }

  private void assertPlace(String before, String after) {
    String base = before.replaceFirst(".*/", "");
    assertThat(before).contains(root);
    assertThat(after).startsWith(target);
    assertThat(
            after.equals(target) || after.matches(".*/relocated-root-\\d+") || after.endsWith(base))
        .as("%s became %s", before, after)
        .isTrue();
  }

  private Path lost(String location) {
    return Path.of(FilesOfTable.path(location).toString().replace(root, now));
  }

  /** Packed or not. */
  static JsonNode json(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      boolean packed = bytes[0] == 0x1f;
      return new JsonMapper()
          .readTree(
              packed ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes() : bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All values by their pointers, in the document's order. */
  private static Map<String, JsonNode> leaves(JsonNode root) {
    Map<String, JsonNode> leaves = new LinkedHashMap<>();
    collect("", root, leaves);
    return leaves;
  }

  private static void collect(String pointer, JsonNode node, Map<String, JsonNode> leaves) {
    if (!node.isContainerNode() || node.isEmpty()) {
      leaves.put(pointer, node);
      return;
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(pointer + "/" + i, node.get(i), leaves);
      }
      return;
    }
    node.properties()
        .forEach(field -> collect(pointer + "/" + field.getKey(), field.getValue(), leaves));
  }

  /** A decoded Avro file. */
  private record Avro(Map<String, String> header, Schema schema, List<GenericRecord> records) {
    static Avro read(Path file) {
      try (DataFileReader<GenericRecord> reader =
          new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
        Map<String, String> header = new TreeMap<>();
        reader.getMetaKeys().forEach(key -> header.put(key, reader.getMetaString(key)));
        List<GenericRecord> records = new ArrayList<>();
        reader.forEach(records::add);
        return new Avro(header, reader.getSchema(), records);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void assertAlike(Avro other, String name) {
      assertThat(other.header).as("header of %s", name).isEqualTo(header);
      assertThat(other.schema).as("schema of %s", name).isEqualTo(schema);
      assertThat(other.records).as("entries of %s", name).hasSameSizeAs(records);
    }
  }
}
