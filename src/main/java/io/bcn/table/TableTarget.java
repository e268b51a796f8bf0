package io.bcn.table;

import io.bcn.format.FileKind;
import java.io.Serializable;
import java.util.Set;
import java.util.UUID;

/**
 * Where one table's files go, and as which table; sent to executors.
 *
 * @param fileIo index into the target's {@link FileIos}
 * @param metadataLocation the fresh, private metadata file that is registered
 * @param uuid the table's new UUID; empty where it keeps its own
 * @param log whether earlier metadata files go along
 * @param missingLog earlier metadata files that were gone when the backup was made
 * @param extent how much of the table goes there
 * @param droppedProperties keys of table properties that the target can't hold
 * @param coverage which of the table's rows there are to restore
 */
public record TableTarget(
    int fileIo,
    LocationMapping mapping,
    String metadataLocation,
    String uuid,
    MetadataLog log,
    Set<String> missingLog,
    Extent extent,
    Set<String> droppedProperties,
    Coverage coverage)
    implements Serializable {

  /** What becomes of earlier metadata files. */
  public enum MetadataLog {
    RESTORED,
    /**
     * In a Hadoop catalog, a file called {@code v<N>} in the metadata folder would make a version
     * of the table.
     */
    DROPPED
  }

  public TableTarget {
    missingLog = Set.copyOf(missingLog);
    droppedProperties = Set.copyOf(droppedProperties);
  }

  /** Where a file of the source goes. */
  public String locationOf(String source, FileKind kind) {
    return kind == FileKind.METADATA ? metadataLocation : mapping.map(source);
  }

  /** What of the table has files that go along. */
  public Extent placed() {
    return extent.isWhole() && log == MetadataLog.DROPPED ? new Extent.WithoutLog() : extent;
  }

  /** Whether the file's bytes stay as they are. */
  public boolean keepsBytes(FileKind kind) {
    boolean sameTable =
        uuid.isEmpty()
            && extent.isWhole()
            && droppedProperties.isEmpty()
            && log == MetadataLog.RESTORED;
    return !kind.holdsLocations()
        || (mapping.isIdentity()
            && !coverage.changes(kind)
            && (sameTable || kind != FileKind.METADATA));
  }

  Relocation relocation() {
    Relocation relocation =
        Relocation.of(mapping)
            .limitedTo(extent)
            .withoutProperties(droppedProperties)
            .covering(coverage)
            .keepingLog(location -> log == MetadataLog.RESTORED && !missingLog.contains(location));
    return uuid.isEmpty() ? relocation : relocation.withUuid(UUID.fromString(uuid));
  }
}
