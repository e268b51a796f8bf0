package io.bcn.table;

import io.bcn.format.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A table at one exact state: the catalog's pointer and what tells it from another table of the
 * same name.
 *
 * @param tableUuid Iceberg's id of the table; empty for a format version 1 table without one, see
 *     {@link #uuid}
 * @param metadataLocation the metadata file that the catalog pointed at
 * @param fileIo what reads the table's files: an index into the {@link FileIos} of the same cut
 */
public record PinnedTable(
    TableName name,
    String tableUuid,
    String metadataLocation,
    long lastUpdatedMillis,
    int formatVersion,
    int fileIo)
    implements PinState, Serializable {

  public Optional<String> uuid() {
    return tableUuid.isEmpty() ? Optional.empty() : Optional.of(tableUuid);
  }

  /** What a backup of these rows holds of the table. <i>Fails</i> as {@link Coverage} says. */
  public Coverage coverage(RowFilter filter, FileIos fileIos) {
    try (InputStream in = new SourceStream(metadataLocation, fileIos.at(fileIo))) {
      return Coverage.of(filter, MetadataFile.parse(metadataLocation, in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The pointer alone is not enough: a Hadoop catalog starts again at v1 when a table is dropped
   * and created.
   */
  @Override
  public boolean sameStateAs(PinState other) {
    return other instanceof PinnedTable pinned
        && name.equals(pinned.name)
        && tableUuid.equals(pinned.tableUuid)
        && metadataLocation.equals(pinned.metadataLocation)
        && lastUpdatedMillis == pinned.lastUpdatedMillis;
  }
}
