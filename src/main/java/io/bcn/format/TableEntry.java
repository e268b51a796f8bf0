package io.bcn.format;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Optional;

/**
 * One table in a PIT manifest.
 *
 * @param uuid the source's object id; absent for a format version 1 table without one
 * @param renamedFrom the name that the parent PIT has for the same UUID, where it is another
 * @param storedIn the PIT that stored {@code state}
 * @param state the table's state; of a FAILED table the last one that was stored, if any
 * @param metadataLocation the catalog's pointer at the cut
 * @param totals what {@code state} can draw on, and how much of it this PIT stored
 */
public record TableEntry(
    DatabaseName database,
    String name,
    Optional<String> uuid,
    TableStatus status,
    Optional<TableName> renamedFrom,
    Optional<PitId> storedIn,
    Optional<ObjectRef> state,
    String metadataLocation,
    long lastUpdatedMs,
    int formatVersion,
    int schemaVersion,
    TableTotals totals,
    Optional<Failure> failure) {
  public TableEntry {
    Documents.required(database, "database");
    Names.check("table", Documents.required(name, "name"));
    Documents.required(status, "status");
    uuid = uuid == null ? Optional.empty() : uuid;
    renamedFrom = renamedFrom == null ? Optional.empty() : renamedFrom;
    storedIn = storedIn == null ? Optional.empty() : storedIn;
    state = state == null ? Optional.empty() : state;
    failure = failure == null ? Optional.empty() : failure;
    metadataLocation = metadataLocation == null ? "" : metadataLocation;
    totals = totals == null ? TableTotals.NOTHING : totals;
    if (status != TableStatus.FAILED && state.isEmpty()) {
      throw new IllegalArgumentException(
          "table %s.%s is %s and has no state".formatted(database, name, status));
    }
    if ((status == TableStatus.FAILED) != failure.isPresent()) {
      throw new IllegalArgumentException(
          "table %s.%s is %s, which does not fit its failure".formatted(database, name, status));
    }
  }

  /** Why a table is not in the PIT. */
  public record Failure(String code, String message) {
    public Failure {
      Documents.required(code, "code");
      Documents.required(message, "message");
    }
  }

  @JsonIgnore
  public TableName tableName() {
    return new TableName(database, name);
  }

  /** The same state, as the next PIT has it where nothing changed. */
  public TableEntry carriedOver(TableName nameNow) {
    return new TableEntry(
        nameNow.database(),
        nameNow.table(),
        uuid,
        TableStatus.UNCHANGED,
        nameNow.equals(tableName()) ? Optional.empty() : Optional.of(tableName()),
        storedIn,
        state,
        metadataLocation,
        lastUpdatedMs,
        formatVersion,
        schemaVersion,
        totals.carriedOver(),
        Optional.empty());
  }
}
