package io.bcn.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.errors.NearNames;
import io.bcn.format.DeletedObject;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One table in one PIT, with its states in all of them.
 *
 * @param currentSchemaVersion which of the schemas the table had then
 * @param currentSpecVersion the partition spec that new files were written with then
 * @param storedIn the PIT that stored the state
 */
record TableDescription(
    String schemaVersion,
    String repository,
    PitId pit,
    TableName table,
    String type,
    ObjectStatus status,
    Optional<String> uuid,
    int formatVersion,
    int currentSchemaVersion,
    List<TableState.SchemaVersion> schemas,
    Optional<Integer> currentSpecVersion,
    JsonNode partitionSpecs,
    JsonNode sortOrders,
    Map<String, String> properties,
    JsonNode refs,
    long snapshots,
    String coverage,
    String metadataLocation,
    Optional<PitId> storedIn,
    List<TableHistory.State> states) {

  /** <i>Fails</i> with NOT_FOUND where the PIT does not hold the table. */
  static TableDescription of(Repository repository, CommittedPit pit, TableName name) {
    TableEntry entry = entry(repository, pit, name);
    TableState state = repository.state(entry.state().orElseThrow(() -> neverStored(pit, entry)));
    return new TableDescription(
        "1",
        repository.storage().root(),
        pit.pit(),
        name,
        ObjectRow.TABLE,
        ObjectStatus.of(entry.status()),
        state.uuid(),
        state.formatVersion(),
        state.schemaVersion(),
        state.schemas(),
        state.specVersion(),
        state.partitionSpecs(),
        state.sortOrders(),
        state.properties(),
        state.refs(),
        state.snapshots(),
        state.coverage(),
        state.metadataLocation(),
        entry.storedIn(),
        TableHistory.of(repository, name).states());
  }

  private static TableEntry entry(Repository repository, CommittedPit pit, TableName name) {
    return pit.manifest()
        .table(name)
        .orElseThrow(
            () ->
                new BcnException(
                    ErrorCode.NOT_FOUND,
                    "Cannot find table '%s' in PIT '%s' of repository '%s'"
                        .formatted(name, pit.pit(), repository.storage().root()),
                    hint(pit.manifest(), name)));
  }

  private static String hint(PitManifest pit, TableName name) {
    Optional<DeletedObject> deleted =
        Stream.concat(pit.deletedObjects().stream(), pit.deletedViews().stream())
            .filter(object -> object.database().equals(name.database()))
            .filter(object -> object.name().equals(Optional.of(name.table())))
            .max(Comparator.comparing(DeletedObject::lastPitIncluded));
    if (deleted.isPresent()) {
      return "The source had lost it; the last PIT that has it: --pit %s."
          .formatted(new PitId(deleted.get().lastPitIncluded()));
    }
    List<ObjectRow> all =
        Stream.concat(
                pit.tables().stream().map(ObjectRow::of), pit.views().stream().map(ObjectRow::of))
            .toList();
    return all.stream()
        .filter(row -> row.renamedFrom().equals(Optional.of(name)))
        .findFirst()
        .map(row -> "It has a new name: --table %s.".formatted(row.table()))
        .or(() -> NearNames.question(name.toString(), all.stream().map(ObjectRow::table).toList()))
        .orElse("'bcn list' lists the tables of a PIT.");
  }

  private static BcnException neverStored(CommittedPit pit, TableEntry entry) {
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot describe table '%s' of PIT '%s': its backup failed (%s)"
            .formatted(
                entry.tableName(),
                pit.pit(),
                entry.failure().map(TableEntry.Failure::message).orElse("")),
        "Another PIT may have it: 'bcn list --table %s'.".formatted(entry.tableName()));
  }
}
