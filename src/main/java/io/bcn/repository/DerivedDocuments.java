package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.CatalogMetadata;
import io.bcn.format.DatabaseMetadata;
import io.bcn.format.DatabaseName;
import io.bcn.format.DeletedDatabases;
import io.bcn.format.DeletedObject;
import io.bcn.format.DeletedTables;
import io.bcn.format.Documents;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.TableEntry;
import io.bcn.format.TableManifest;
import io.bcn.format.TableName;
import io.bcn.storage.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The documents that say in another order what PIT manifests say: written after each commit, for
 * people and for quick look-ups, and never trusted for a restore (promise 2).
 */
public final class DerivedDocuments {
  private final Repository repository;
  private final Storage storage;
  private final String catalog;

  public DerivedDocuments(Repository repository) {
    this.repository = repository;
    this.storage = repository.storage();
    this.catalog = repository.scope().catalog();
  }

  /**
   * Brings all of them up to the newest PIT; a document that says so already is not written.
   *
   * <p>{@code last_pit} is written last, so a run that got stuck on the way left it behind: the
   * PITs since then are made up for.
   */
  public void bringUpTo(CommittedPit newest) {
    Optional<PitId> last = repository.manifest().lastPit().map(PitId::new);
    repository.committedBetween(last, newest.pit()).forEach(this::appendStates);
    appendStates(newest);
    PitManifest manifest = newest.manifest();
    manifest.databases().forEach(this::writeDatabase);
    writeDeleted(manifest);
    replace(Layout.repositoryManifest(), repository.manifest().withLastPit(manifest.pit()));
  }

  private void appendStates(CommittedPit pit) {
    pit.manifest().tables().stream()
        .filter(TableStates::changes)
        .forEach(table -> appendState(pit.pit(), table));
  }

  /** What the catalog said of itself at the last backup, as far as it was written. */
  public Optional<CatalogMetadata> catalogMetadata() {
    ObjectKey key = Layout.catalogMetadata(catalog);
    return storage
        .read(key)
        .map(bytes -> Documents.read(CatalogMetadata.class, bytes, repository.location(key)));
  }

  /** What the catalog itself says of itself; its properties hold no secret. */
  public void writeCatalog(
      String kind, Map<String, String> properties, List<DatabaseName> databases) {
    replace(
        Layout.catalogMetadata(catalog),
        new CatalogMetadata(Documents.FORMAT_VERSION, catalog, kind, properties, databases));
  }

  private void writeDatabase(DatabaseEntry database) {
    replace(
        Layout.databaseMetadata(catalog, database.name()),
        new DatabaseMetadata(Documents.FORMAT_VERSION, database.name(), database.properties()));
  }

  private void appendState(PitId pit, TableEntry table) {
    ObjectKey key = Layout.tableManifest(catalog, table.tableName());
    List<TableManifest.State> states = new ArrayList<>(statesBefore(key, table.tableName()));
    states.removeIf(state -> state.pit().equals(pit));
    states.add(TableManifest.State.of(pit, table, table.state().orElseThrow()));
    replace(
        key, new TableManifest(Documents.FORMAT_VERSION, table.database(), table.name(), states));
  }

  /** What the table manifest says; of a damaged one, what PIT manifests say. */
  private List<TableManifest.State> statesBefore(ObjectKey key, TableName table) {
    try {
      return storage
          .read(key)
          .map(bytes -> Documents.read(TableManifest.class, bytes, repository.location(key)))
          .map(TableManifest::states)
          .orElse(List.of());
    } catch (BcnException e) {
      if (e.code() != ErrorCode.DAMAGED) {
        throw e;
      }
      return TableStates.of(repository.readable().map(CommittedPit::manifest))
          .getOrDefault(table, List.of());
    }
  }

  private void writeDeleted(PitManifest manifest) {
    Map<DatabaseName, List<DeletedObject>> tables = new TreeMap<>();
    List<DeletedObject> databases = new ArrayList<>();
    for (DeletedObject object : manifest.deletedObjects()) {
      if (object.name().isPresent()) {
        tables.computeIfAbsent(object.database(), any -> new ArrayList<>()).add(object);
      } else {
        databases.add(object);
      }
    }
    // A database whose last deleted table came back has a list that must become empty, also where
    // the table came back elsewhere and the database is gone.
    Stream.concat(
            manifest.databases().stream().map(DatabaseEntry::name),
            databases.stream().map(DeletedObject::database))
        .filter(database -> storage.stat(Layout.deletedTables(catalog, database)).isPresent())
        .forEach(database -> tables.putIfAbsent(database, List.of()));
    tables.forEach(
        (database, list) ->
            replace(Layout.deletedTables(catalog, database), new DeletedTables(list)));
    ObjectKey key = Layout.deletedDatabases(catalog);
    if (!databases.isEmpty() || storage.stat(key).isPresent()) {
      replace(key, new DeletedDatabases(databases));
    }
  }

  private void replace(ObjectKey key, Object document) {
    byte[] bytes = Documents.write(document);
    Optional<byte[]> there = storage.read(key);
    if (there.isEmpty() || !Arrays.equals(there.get(), bytes)) {
      storage.replace(key, bytes);
    }
  }
}
