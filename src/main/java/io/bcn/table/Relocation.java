package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Iterator;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * How a metadata file is changed for another place.
 *
 * @param extent how much of the table the file speaks of
 * @param keptLog which earlier metadata files, by their source locations, stay in the metadata log:
 *     those that the target will have
 * @param droppedProperties keys of table properties that the target cannot hold, such as {@code
 *     write.metadata.path} in a Hadoop catalog
 * @param coverage which of the rows the target will hold
 */
public record Relocation(
    LocationMapping mapping,
    Extent extent,
    Identity identity,
    Predicate<String> keptLog,
    Set<String> droppedProperties,
    Coverage coverage) {

  /** Whether the restored table is the same table to Iceberg. */
  public sealed interface Identity {
    /** The table's own UUID stays; a table without one stays without. */
    record Kept() implements Identity {
      @Override
      public void apply(ObjectNode root) {
        // Nothing to change: that is the point.
      }
    }

    /** Another table from now on. */
    record Fresh(UUID uuid) implements Identity {
      @Override
      public void apply(ObjectNode root) {
        root.put("table-uuid", uuid.toString());
      }
    }

    void apply(ObjectNode root);
  }

  public Relocation {
    droppedProperties = Set.copyOf(droppedProperties);
  }

  /** Keeps the whole table, its UUID, its properties and its metadata log. */
  public static Relocation of(LocationMapping mapping) {
    return new Relocation(
        mapping,
        new Extent.Whole(),
        new Identity.Kept(),
        location -> true,
        Set.of(),
        Coverage.WHOLE);
  }

  public Relocation withUuid(UUID uuid) {
    return new Relocation(
        mapping, extent, new Identity.Fresh(uuid), keptLog, droppedProperties, coverage);
  }

  public Relocation keepingLog(Predicate<String> kept) {
    return new Relocation(mapping, extent, identity, kept, droppedProperties, coverage);
  }

  public Relocation limitedTo(Extent kept) {
    return new Relocation(mapping, kept, identity, keptLog, droppedProperties, coverage);
  }

  public Relocation withoutProperties(Set<String> keys) {
    return new Relocation(mapping, extent, identity, keptLog, keys, coverage);
  }

  public Relocation covering(Coverage rows) {
    return new Relocation(mapping, extent, identity, keptLog, droppedProperties, rows);
  }

  /** Changes the tree and gives it back. */
  ObjectNode apply(ObjectNode root) {
    extent.limit(root);
    identity.apply(root);
    coverage.mark(root);
    mapField(root, "location");
    dropLogEntries(root.path("metadata-log"));
    root.path("metadata-log").forEach(entry -> mapField(entry, "metadata-file"));
    root.path("snapshots").forEach(this::mapSnapshot);
    root.path("statistics").forEach(file -> mapField(file, "statistics-path"));
    root.path("partition-statistics").forEach(file -> mapField(file, "statistics-path"));
    if (root.get("properties") instanceof ObjectNode properties) {
      properties.remove(droppedProperties);
      MetadataFile.PATH_PROPERTIES.forEach(key -> mapField(properties, key));
    }
    return root;
  }

  private void mapSnapshot(JsonNode snapshot) {
    mapField(snapshot, "manifest-list");
    if (snapshot.get("manifests") instanceof ArrayNode manifests) {
      for (int i = 0; i < manifests.size(); i++) {
        manifests.set(i, TextNode.valueOf(mapping.map(manifests.get(i).asText())));
      }
    }
  }

  private void dropLogEntries(JsonNode log) {
    Iterator<JsonNode> entries = log.elements();
    while (entries.hasNext()) {
      if (!keptLog.test(entries.next().path("metadata-file").asText())) {
        entries.remove();
      }
    }
  }

  private void mapField(JsonNode node, String field) {
    if (node instanceof ObjectNode object && object.path(field).isTextual()) {
      object.put(field, mapping.map(object.get(field).textValue()));
    }
  }
}
