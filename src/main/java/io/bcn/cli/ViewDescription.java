package io.bcn.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.ViewEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import io.bcn.table.ViewMetadataFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One view in one PIT, with its states in all of them.
 *
 * @param currentVersion which of the versions the view had then
 * @param versions as Iceberg's view spec has them, with their SQL
 * @param storedIn the PIT that stored the view's metadata file
 */
record ViewDescription(
    String schemaVersion,
    String repository,
    PitId pit,
    TableName table,
    String type,
    ObjectStatus status,
    Optional<String> uuid,
    int formatVersion,
    int currentVersion,
    JsonNode versions,
    JsonNode schemas,
    Map<String, String> properties,
    String metadataLocation,
    Optional<PitId> storedIn,
    List<TableHistory.State> states) {

  /**
   * <i>Fails</i> with NOT_FOUND where the view was never stored, with DAMAGED where what was stored
   * is not as it was.
   */
  static ViewDescription of(Repository repository, CommittedPit pit, ViewEntry entry) {
    ObjectRef stored = entry.metadata().orElseThrow(() -> neverStored(pit, entry));
    ViewMetadataFile metadata =
        ViewMetadataFile.parse(
            repository.location(stored.key()), Repository.bytes(repository.storage(), stored));
    return new ViewDescription(
        "1",
        repository.storage().root(),
        pit.pit(),
        entry.viewName(),
        ObjectRow.VIEW,
        ObjectStatus.of(entry.status()),
        Optional.of(metadata.uuid()),
        metadata.formatVersion(),
        metadata.currentVersion(),
        metadata.versions(),
        metadata.schemas(),
        metadata.properties(),
        entry.metadataLocation(),
        entry.storedIn(),
        TableHistory.of(repository, entry.viewName()).states());
  }

  private static BcnException neverStored(CommittedPit pit, ViewEntry entry) {
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot describe view '%s' of PIT '%s': its backup failed (%s)"
            .formatted(
                entry.viewName(),
                pit.pit(),
                entry.failure().map(TableEntry.Failure::message).orElse("")),
        "Another PIT may have it: 'bcn list --table %s'.".formatted(entry.viewName()));
  }
}
