package io.bcn.table;

import io.bcn.format.TableName;
import java.util.Map;
import org.apache.iceberg.view.ViewMetadata;

/**
 * A view that stands at the target, as it was when it was looked at, and that another one is to
 * take the place of.
 *
 * @param pointer the metadata file that the catalog points at
 */
public record StandingView(TableName name, String pointer, String uuid, String location) {
  static StandingView of(TableName name, ViewMetadata metadata) {
    return new StandingView(
        name, metadata.metadataFileLocation(), metadata.uuid(), metadata.location());
  }

  /** As {@link StandingTable#NOTE}. */
  Map<String, String> note() {
    return Map.of(StandingTable.NOTE, pointer);
  }
}
