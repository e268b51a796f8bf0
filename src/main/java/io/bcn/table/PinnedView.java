package io.bcn.table;

import io.bcn.format.TableName;

/**
 * A view at one exact state.
 *
 * @param uuid Iceberg's id of the view
 * @param metadataLocation the metadata file that the catalog pointed at
 * @param served the metadata as a REST catalog served it; empty elsewhere, where the file is read
 */
public record PinnedView(TableName name, String uuid, String metadataLocation, String served)
    implements PinState {

  @Override
  public boolean sameStateAs(PinState other) {
    return other instanceof PinnedView pinned
        && name.equals(pinned.name)
        && uuid.equals(pinned.uuid)
        && metadataLocation.equals(pinned.metadataLocation);
  }
}
