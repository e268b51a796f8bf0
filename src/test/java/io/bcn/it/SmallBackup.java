package io.bcn.it;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bcn.format.Documents;
import io.bcn.format.FileKind;
import io.bcn.format.InventoryRef;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.format.StoredFile;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TablePart;
import io.bcn.format.TableState;
import io.bcn.format.TableStatus;
import io.bcn.format.TableTotals;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.DerivedDocuments;
import io.bcn.repository.InventoryWriter;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import io.bcn.storage.ObjectWriter;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A backup without a catalog and without Spark, in a few milliseconds: all that it does to a
 * repository, in the order of a real one. Its one table gains a file with each PIT.
 */
record SmallBackup(Storage storage, Clock clock, Duration lease) {
  static final String CATALOG = "prod";
  private static final TableName TABLE = TableName.parse("db.t");

  /** <i>Fails</i> as a backup does. */
  PitId run() {
    Repository repository =
        Repository.find(storage)
            .orElseGet(() -> Repository.create(storage, Scope.ofCatalog(CATALOG), clock.instant()));
    String run = UUID.randomUUID().toString();
    PitClaim claim = PitClaim.acquire(repository, run, clock, lease);
    try {
      Optional<CommittedPit> parent = repository.readable().findFirst();
      CommittedPit committed = claim.commit(manifest(claim, parent));
      new DerivedDocuments(repository).bringUpTo(committed);
      claim.close();
      return committed.pit();
    } catch (RuntimeException e) {
      claim.abandon();
      throw e;
    }
  }

  private PitManifest manifest(PitClaim claim, Optional<CommittedPit> parent) {
    List<InventoryRef> before =
        parent
            .map(pit -> pit.manifest().tables().get(0).state().orElseThrow())
            .map(state -> Repository.state(storage, state).inventories())
            .orElse(List.of());
    ObjectKey folder =
        Layout.tablePit(
            CATALOG, TABLE, claim.pit(), parent.isEmpty() ? TablePart.SNAPSHOT : TablePart.DELTA);
    StoredFile data = stored(folder, FileKind.DATA, claim.pit());
    StoredFile metadata = stored(folder, FileKind.METADATA, claim.pit());
    List<InventoryRef> parts = new ArrayList<>(before);
    parts.add(part(folder, List.of(data, metadata)));
    ObjectRef state = state(folder, metadata, parts);
    return PitManifest.of(
        claim.pit(),
        parent.map(CommittedPit::asParent),
        claim.runId(),
        "test",
        new PitManifest.CutWindow(
            PitManifest.CutMode.CONSISTENT, claim.pit().timestamp(), claim.pit().timestamp()),
        new PitManifest.DeletedInSource(List.of(), List.of()),
        List.of(new PitManifest.DatabaseEntry(TABLE.database(), Map.of())),
        List.of(entry(claim.pit(), metadata, state, parts)),
        List.of(),
        List.of());
  }

  private static TableEntry entry(
      PitId pit, StoredFile metadata, ObjectRef state, List<InventoryRef> parts) {
    long files = parts.stream().mapToLong(InventoryRef::files).sum();
    return new TableEntry(
        TABLE.database(),
        TABLE.table(),
        Optional.of("2b1c9a54-6c1b-4d6e-9f0e-3a1f5a0c7d11"),
        TableStatus.ACTIVE,
        Optional.empty(),
        Optional.of(pit),
        Optional.of(state),
        metadata.location(),
        pit.timestamp().toEpochMilli(),
        2,
        0,
        new TableTotals(1, files, files, 2, 2),
        Optional.empty());
  }

  private StoredFile stored(ObjectKey folder, FileKind kind, PitId pit) {
    String location = "s3://lake/db/t/%s-%s".formatted(pit, kind);
    ObjectKey key = Layout.object(folder, location);
    byte[] bytes = (location + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
    try (ObjectWriter writer = storage.write(key)) {
      writer.write(bytes);
      writer.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new StoredFile(location, key, kind, bytes.length, Documents.sha256(bytes));
  }

  private InventoryRef part(ObjectKey folder, List<StoredFile> files) {
    try {
      ObjectKey key = Layout.inventory(folder).resolve("part-" + UUID.randomUUID() + ".parquet");
      return InventoryWriter.write(storage, key, files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectRef state(ObjectKey folder, StoredFile metadata, List<InventoryRef> parts) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    TableState state =
        new TableState(
            Documents.FORMAT_VERSION,
            TABLE.database(),
            TABLE.table(),
            Optional.of("2b1c9a54-6c1b-4d6e-9f0e-3a1f5a0c7d11"),
            metadata.location(),
            new ObjectRef(metadata.key(), metadata.sha256()),
            clock.instant().truncatedTo(ChronoUnit.MILLIS).toEpochMilli(),
            2,
            List.of("s3://lake/db/t"),
            0,
            List.of(),
            Optional.of(0),
            json.arrayNode(),
            json.arrayNode(),
            Map.of(),
            json.objectNode(),
            1,
            TableState.COVERS_ALL,
            parts,
            List.of());
    byte[] bytes = Documents.write(state);
    ObjectKey key = Layout.tableState(folder);
    storage.replace(key, bytes);
    return new ObjectRef(key, Documents.sha256(bytes));
  }
}
