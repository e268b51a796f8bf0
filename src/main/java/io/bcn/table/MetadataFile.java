package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * One of Iceberg's metadata files, format versions 1 to 3, with every field that it holds, known or
 * not.
 *
 * <p>Immutable as long as the JSON nodes that it gives out are only read. <i>Source</i>: Iceberg's
 * table spec, "Table Metadata Fields".
 */
public final class MetadataFile {
  static final String THING = "metadata file";
  static final List<String> PATH_PROPERTIES =
      List.of(
          "write.data.path",
          "write.metadata.path",
          "write.folder-storage.path",
          "write.object-storage.path");

  static final int NEWEST_FORMAT_VERSION = 3;
  static final long NO_SNAPSHOT = -1;

  private final String location;
  private final JsonNode root;

  private MetadataFile(String location, JsonNode root) {
    this.location = location;
    this.root = root;
  }

  /**
   * Parses the bytes, gzipped or not: their first two decide, not the name.
   *
   * <p><i>Fails</i> with DAMAGED where they are no whole metadata file, with UNSUPPORTED for an
   * unknown format version.
   */
  public static MetadataFile parse(String location, byte[] bytes) {
    MetadataFile file = new MetadataFile(location, MetadataJson.parse(location, bytes));
    file.checkVersion();
    file.requiredText(file.root, "location");
    file.requiredLong("last-updated-ms");
    return file;
  }

  /** Where the file was read, for messages; not a part of its content. */
  public String fileLocation() {
    return location;
  }

  public int formatVersion() {
    return (int) requiredLong("format-version");
  }

  /** Empty only in version 1. */
  public Optional<String> uuid() {
    return text(root, "table-uuid");
  }

  /** The table's base location, as it is written. */
  public String location() {
    return requiredText(root, "location");
  }

  public long lastUpdatedMillis() {
    return requiredLong("last-updated-ms");
  }

  /** All schemas that the table had, as a JSON array; version 1's single one as an array of it. */
  public JsonNode schemas() {
    return arrayOrSingle("schemas", "schema");
  }

  public int currentSchemaId() {
    return root.path("current-schema-id").asInt(0);
  }

  /** All partition specs, as a JSON array. Version 1's single list of fields becomes spec 0. */
  public JsonNode partitionSpecs() {
    JsonNode fields = root.path("partition-spec");
    if (root.has("partition-specs") || !fields.isArray()) {
      return root.path("partition-specs");
    }
    ObjectNode spec = JsonNodeFactory.instance.objectNode().put("spec-id", 0);
    spec.set("fields", fields);
    return JsonNodeFactory.instance.arrayNode().add(spec);
  }

  /** Version 1 without a list of specs has one, number 0. */
  public int defaultSpecId() {
    return root.path("default-spec-id").asInt(0);
  }

  public JsonNode sortOrders() {
    return root.path("sort-orders");
  }

  /** Sorted by key. */
  public Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    root.path("properties")
        .properties()
        .forEach(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
    return properties;
  }

  /**
   * Branches and tags by name, as a JSON object; where the file has none, {@code main} at the
   * current snapshot.
   */
  public JsonNode refs() {
    if (root.path("refs").isObject()) {
      return root.path("refs");
    }
    ObjectNode refs = JsonNodeFactory.instance.objectNode();
    currentSnapshotId()
        .ifPresent(id -> refs.putObject("main").put("snapshot-id", id).put("type", "branch"));
    return refs;
  }

  /** In the file's order. */
  public List<Long> snapshotIds() {
    List<Long> ids = new ArrayList<>();
    snapshots().forEach(snapshot -> ids.add(snapshot.path("snapshot-id").asLong()));
    return ids;
  }

  /** Empty for a table without a current snapshot, however the file's version says so. */
  public OptionalLong currentSnapshotId() {
    long id = root.path("current-snapshot-id").asLong(NO_SNAPSHOT);
    return id == NO_SNAPSHOT ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /**
   * Whether the table's files are encrypted by Iceberg, so that they can be held but not rewritten.
   */
  public boolean encrypted() {
    boolean snapshotKey = false;
    for (JsonNode snapshot : snapshots()) {
      snapshotKey |= text(snapshot, "key-id").isPresent();
    }
    return snapshotKey
        || !root.path("encryption-keys").isEmpty()
        || properties().containsKey("encryption.key-id");
  }

  /**
   * The files that this file names itself: each once, in its order, without the file itself.
   *
   * <p><i>Fails</i> with DAMAGED where a snapshot names neither a manifest list nor manifests.
   */
  public List<Reference> references() {
    Set<Reference> references = new LinkedHashSet<>();
    for (JsonNode entry : root.path("metadata-log")) {
      references.add(
          Reference.ofUnknownLength(requiredText(entry, "metadata-file"), FileKind.METADATA_LOG));
    }
    snapshots().forEach(snapshot -> addManifests(references, snapshot));
    for (JsonNode file : root.path("statistics")) {
      references.add(sized(file, FileKind.STATISTICS));
    }
    for (JsonNode file : root.path("partition-statistics")) {
      references.add(sized(file, FileKind.PARTITION_STATISTICS));
    }
    return List.copyOf(references);
  }

  /**
   * The folders that new files of the table go to, each once: {@link #location()} first, then the
   * path properties.
   */
  public List<String> roots() {
    Set<String> roots = new LinkedHashSet<>();
    roots.add(location());
    Map<String, String> properties = properties();
    PATH_PROPERTIES.stream()
        .filter(properties::containsKey)
        .map(properties::get)
        .forEach(roots::add);
    return List.copyOf(roots);
  }

  /**
   * Keys of the properties whose values hold a source root, and that a relocation does not rewrite.
   * Sorted.
   */
  public List<String> propertiesThatMention(LocationMapping mapping) {
    return properties().entrySet().stream()
        .filter(
            entry ->
                !PATH_PROPERTIES.contains(entry.getKey())
                    && mapping.mentionsSource(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * The file for another place, in the codec that the target's name asks for.
   *
   * <p>Only the path fields, the path properties and what the relocation says change. <i>Fails</i>
   * with UNSUPPORTED for an encrypted table: its manifests and deletes cannot be rewritten.
   */
  public byte[] relocated(Relocation relocation, String targetLocation) {
    if (encrypted()) {
      throw encryptedAndMoving();
    }
    return MetadataJson.print(relocation.apply(root.deepCopy()), targetLocation);
  }

  /** <i>Fails</i> with UNSUPPORTED for an encrypted table that would move. */
  void checkMoves(LocationMapping mapping) {
    if (encrypted() && !mapping.isIdentity()) {
      throw encryptedAndMoving();
    }
  }

  private BcnException encryptedAndMoving() {
    return new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot relocate table '%s': it is encrypted, and its manifests hold locations"
            .formatted(location()),
        "Restore it to the location that it was backed up from.");
  }

  /** The file as if the table had only this extent, unpacked. */
  byte[] limitedTo(Extent extent) {
    ObjectNode copy = root.deepCopy();
    extent.limit(copy);
    return MetadataJson.print(copy, "");
  }

  private JsonNode snapshots() {
    return root.path("snapshots");
  }

  private void addManifests(Set<Reference> references, JsonNode snapshot) {
    Optional<String> list = text(snapshot, "manifest-list");
    if (list.isPresent()) {
      references.add(Reference.ofUnknownLength(list.get(), FileKind.MANIFEST_LIST));
      return;
    }
    if (!snapshot.path("manifests").isArray()) {
      throw Damage.of(
          THING,
          location,
          "snapshot %s names no manifests".formatted(snapshot.path("snapshot-id").asText()));
    }
    snapshot
        .path("manifests")
        .forEach(
            path -> references.add(Reference.ofUnknownLength(path.asText(), FileKind.MANIFEST)));
  }

  private Reference sized(JsonNode file, FileKind kind) {
    long lengthBytes = file.path("file-size-in-bytes").asLong(Reference.UNKNOWN_LENGTH);
    return new Reference(requiredText(file, "statistics-path"), kind, lengthBytes);
  }

  private JsonNode arrayOrSingle(String many, String one) {
    if (root.path(many).isArray() || !root.has(one)) {
      return root.path(many);
    }
    return JsonNodeFactory.instance.arrayNode().add(root.get(one));
  }

  private void checkVersion() {
    long version = requiredLong("format-version");
    if (version < 1) {
      throw Damage.of(THING, location, "format version " + version + " never was");
    }
    if (version > NEWEST_FORMAT_VERSION) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot read metadata file '%s': format version %d is newer than %d, the newest that this version of BCN knows"
              .formatted(location, version, NEWEST_FORMAT_VERSION),
          "Use a newer version of BCN for this table, or leave the table out.");
    }
  }

  private long requiredLong(String field) {
    JsonNode value = root.path(field);
    if (!value.isIntegralNumber()) {
      throw Damage.of(THING, location, "it has no number '%s'".formatted(field));
    }
    return value.longValue();
  }

  private String requiredText(JsonNode node, String field) {
    return text(node, field)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                Damage.of(
                    THING, location, "it has no text '%s' where one must be".formatted(field)));
  }

  private static Optional<String> text(JsonNode node, String field) {
    return Optional.ofNullable(node.path(field).textValue());
  }
}
