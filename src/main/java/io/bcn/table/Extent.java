package io.bcn.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of a table a restore places, as a change to the tree of its metadata file: the walk over
 * the repository and the file that is placed both follow the changed tree.
 */
public sealed interface Extent extends Serializable {

  /** Changes the tree. */
  void limit(ObjectNode root);

  /** Every retained snapshot, and all that belongs to it. */
  record Whole() implements Extent {
    @Override
    public void limit(ObjectNode root) {
      // All of it stays.
    }
  }

  /** Every retained snapshot, without the earlier metadata files. */
  record WithoutLog() implements Extent {
    @Override
    public void limit(ObjectNode root) {
      root.remove("metadata-log");
    }
  }

  /** The table without snapshots: schemas, specs, sort orders and properties. */
  record SchemaOnly() implements Extent {
    private static final List<String> OF_SNAPSHOTS =
        List.of("refs", "statistics", "partition-statistics", "snapshot-log", "metadata-log");

    @Override
    public void limit(ObjectNode root) {
      root.remove(OF_SNAPSHOTS);
      root.putArray("snapshots");
      // Older readers want the field in every version.
      root.put("current-snapshot-id", MetadataFile.NO_SNAPSHOT);
    }
  }

  /**
   * The rows of the current snapshot, to be read under another schema; a table without snapshots
   * becomes {@link SchemaOnly}.
   *
   * @param readingSchema JSON, with the field ids of the table's files; see {@link SchemaMatch}
   */
  record CurrentRows(String readingSchema) implements Extent {
    private static final int SCHEMA_ID = 0;

    @Override
    public void limit(ObjectNode root) {
      long current = root.path("current-snapshot-id").asLong(MetadataFile.NO_SNAPSHOT);
      List<ObjectNode> kept = new ArrayList<>();
      for (JsonNode snapshot : root.path("snapshots")) {
        if (snapshot.path("snapshot-id").asLong() == current) {
          // Iceberg would read a chosen snapshot under its own schema.
          kept.add(((ObjectNode) snapshot).without(List.of("schema-id")));
        }
      }
      new SchemaOnly().limit(root);
      read(root);
      kept.forEach(
          snapshot -> {
            root.withArray("/snapshots").add(snapshot);
            root.put("current-snapshot-id", current);
          });
    }

    private void read(ObjectNode root) {
      JsonNode schema = MetadataJson.parse("a reading schema", readingSchema.getBytes(UTF_8));
      ((ObjectNode) schema).put("schema-id", SCHEMA_ID);
      root.put("current-schema-id", SCHEMA_ID);
      root.putArray("schemas").add(schema);
      if (root.has("schema")) {
        // Version 1 has its current schema here, too.
        root.set("schema", schema);
      }
    }
  }

  /** Whether the metadata file says less than the stored one. */
  default boolean isWhole() {
    return this instanceof Whole;
  }
}
