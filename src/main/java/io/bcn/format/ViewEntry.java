package io.bcn.format;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Optional;

/**
 * One view in a PIT manifest. Its metadata file, which holds all versions in all dialects, is its
 * whole state.
 *
 * @param uuid the source's object id
 * @param renamedFrom the name that the parent PIT has for the same UUID, where it is another
 * @param storedIn the PIT that stored {@code metadata}
 * @param metadata where the metadata file's bytes are stored; of a FAILED view the last that were
 *     stored, if any
 * @param metadataLocation the catalog's pointer at the cut
 */
public record ViewEntry(
    DatabaseName database,
    String name,
    Optional<String> uuid,
    TableStatus status,
    Optional<TableName> renamedFrom,
    Optional<PitId> storedIn,
    Optional<ObjectRef> metadata,
    String metadataLocation,
    Optional<TableEntry.Failure> failure) {
  public ViewEntry {
    Documents.required(database, "database");
    Names.check("view", Documents.required(name, "name"));
    Documents.required(status, "status");
    uuid = uuid == null ? Optional.empty() : uuid;
    renamedFrom = renamedFrom == null ? Optional.empty() : renamedFrom;
    storedIn = storedIn == null ? Optional.empty() : storedIn;
    metadata = metadata == null ? Optional.empty() : metadata;
    failure = failure == null ? Optional.empty() : failure;
    metadataLocation = metadataLocation == null ? "" : metadataLocation;
    if (status != TableStatus.FAILED && metadata.isEmpty()) {
      throw new IllegalArgumentException(
          "view %s.%s is %s and has no metadata".formatted(database, name, status));
    }
    if ((status == TableStatus.FAILED) != failure.isPresent()) {
      throw new IllegalArgumentException(
          "view %s.%s is %s, which does not fit its failure".formatted(database, name, status));
    }
  }

  @JsonIgnore
  public TableName viewName() {
    return new TableName(database, name);
  }

  /** The same state, as the next PIT has it where nothing changed. */
  public ViewEntry carriedOver(TableName nameNow) {
    return new ViewEntry(
        nameNow.database(),
        nameNow.table(),
        uuid,
        TableStatus.UNCHANGED,
        nameNow.equals(viewName()) ? Optional.empty() : Optional.of(viewName()),
        storedIn,
        metadata,
        metadataLocation,
        Optional.empty());
  }
}
