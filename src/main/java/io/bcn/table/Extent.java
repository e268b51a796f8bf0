package io.bcn.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
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

  /** Whether the metadata file says less than the stored one. */
  default boolean isWhole() {
    return this instanceof Whole;
  }
}
