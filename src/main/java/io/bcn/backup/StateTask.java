package io.bcn.backup;

import io.bcn.copy.FileProblem;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.InventoryRef;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.StoredFile;
import io.bcn.format.TableState;
import io.bcn.format.TableTotals;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.table.MetadataFile;
import io.bcn.table.PinnedTable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes one changed table's state, on an executor: from the metadata file as it was stored, not as
 * it was planned.
 *
 * @param pinned the table that the rest of it belongs to
 * @param before the parent's state whose inventories this one draws on as well; none for a full
 *     backup, and where this state lists all its files itself
 * @param coverage {@code all}, or the filter of a partial backup
 * @param written what this backup stored of the table
 */
record StateTask(
    int table,
    PinnedTable pinned,
    ObjectKey tablePit,
    List<ObjectRef> before,
    String coverage,
    StoredPart written)
    implements Serializable {

  /** What became of it. */
  sealed interface Outcome extends Serializable {
    int table();
  }

  /** What the PIT manifest says of the state. */
  record Written(
      int table, ObjectRef state, int formatVersion, int schemaVersion, TableTotals totals)
      implements Outcome {}

  /** Why there is no state. */
  record Refused(int table, FileProblem problem) implements Outcome {}

  Outcome run(Storage storage) {
    StoredFile stored = written.metadata().get(0);
    ObjectRef metadataRef = new ObjectRef(stored.key(), stored.sha256());
    MetadataFile metadata =
        MetadataFile.parse(stored.location(), Repository.bytes(storage, metadataRef));
    return isOfPinned(metadata)
        ? write(storage, metadata, metadataRef)
        : new Refused(table, createdAgain());
  }

  /** A Hadoop catalog starts again at v1 when a table is dropped and created: the same location. */
  private boolean isOfPinned(MetadataFile metadata) {
    return metadata.uuid().equals(pinned.uuid())
        && metadata.lastUpdatedMillis() == pinned.lastUpdatedMillis();
  }

  private FileProblem createdAgain() {
    return new FileProblem(
        ErrorCode.SOURCE_MISSING,
        "Cannot back up table '%s': it was dropped and created again meanwhile, as '%s' says"
            .formatted(pinned.name(), pinned.metadataLocation()),
        "Back up again: the new table is stored then.");
  }

  private Written write(Storage storage, MetadataFile metadata, ObjectRef metadataRef) {
    List<InventoryRef> inventories = new ArrayList<>();
    Set<String> missing = new LinkedHashSet<>();
    for (ObjectRef ref : before) {
      TableState state = Repository.state(storage, ref);
      inventories.addAll(state.inventories());
      missing.addAll(state.missingMetadataLog());
    }
    inventories.addAll(written.inventories());
    missing.addAll(written.missingLog());
    missing.retainAll(metadata.references().stream().map(named -> named.location()).toList());
    TableState state = state(metadata, metadataRef, inventories, missing);
    ObjectKey key = Layout.tableState(tablePit);
    byte[] bytes = Documents.write(state);
    storage.replace(key, bytes);
    return new Written(
        table,
        new ObjectRef(key, Documents.sha256(bytes)),
        state.formatVersion(),
        state.schemaVersion(),
        totals(state, inventories));
  }

  private TableState state(
      MetadataFile metadata,
      ObjectRef metadataRef,
      List<InventoryRef> inventories,
      Set<String> missing) {
    return new TableState(
        Documents.FORMAT_VERSION,
        pinned.name().database(),
        pinned.name().table(),
        pinned.uuid(),
        written.metadata().get(0).location(),
        metadataRef,
        metadata.lastUpdatedMillis(),
        metadata.formatVersion(),
        metadata.roots(),
        metadata.currentSchemaId(),
        TableState.SchemaVersion.all(metadata.schemas()),
        Optional.of(metadata.defaultSpecId()),
        metadata.partitionSpecs(),
        metadata.sortOrders(),
        metadata.properties(),
        metadata.refs(),
        metadata.snapshotIds().size(),
        coverage,
        inventories,
        List.copyOf(missing));
  }

  private TableTotals totals(TableState state, List<InventoryRef> inventories) {
    return new TableTotals(
        state.snapshots(),
        inventories.stream().mapToLong(InventoryRef::files).sum(),
        inventories.stream().mapToLong(InventoryRef::bytes).sum(),
        written.inventories().stream().mapToLong(InventoryRef::files).sum() - written.knownFiles(),
        written.inventories().stream().mapToLong(InventoryRef::bytes).sum() - written.knownBytes());
  }
}
