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
    deletedLists(manifest).forEach(this::replace);
    replace(
        Layout.repositoryManifest(),
        repository.manifest().withLastPit(manifest.pit(), Optional.of(newest.sha256())));
  }

  private void appendStates(CommittedPit pit) {
    pit.manifest().tables().stream()
        .filter(TableStates::changes)
        .forEach(table -> appendState(pit.pit(), table));
  }

  /**
   * What the catalog said of itself at the last backup, as far as it was written and can be read.
   */
  public Optional<CatalogMetadata> catalogMetadata() {
    return readable(Layout.catalogMetadata(catalog), CatalogMetadata.class);
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
    if (storage.stat(key).isEmpty()) {
      return List.of();
    }
    return readable(key, TableManifest.class)
        .map(TableManifest::states)
        .orElseGet(
            () ->
                TableStates.of(repository.readable().map(CommittedPit::manifest))
                    .getOrDefault(table, List.of()));
  }

  /** A damaged one is as good as none: it can be written again. */
  private <T> Optional<T> readable(ObjectKey key, Class<T> type) {
    try {
      return storage.read(key).map(bytes -> Documents.read(type, bytes, repository.location(key)));
    } catch (BcnException e) {
      if (e.code() != ErrorCode.DAMAGED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** The lists of deleted tables and databases that a PIT makes, by their keys. */
  Map<ObjectKey, Object> deletedLists(PitManifest manifest) {
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
    Map<ObjectKey, Object> lists = new TreeMap<>();
    tables.forEach(
        (database, list) ->
            lists.put(Layout.deletedTables(catalog, database), new DeletedTables(list)));
    ObjectKey key = Layout.deletedDatabases(catalog);
    if (!databases.isEmpty() || storage.stat(key).isPresent()) {
      lists.put(key, new DeletedDatabases(databases));
    }
    return lists;
  }

  private void replace(ObjectKey key, Object document) {
    byte[] bytes = Documents.write(document);
    Optional<byte[]> there = storage.read(key);
    if (there.isEmpty() || !Arrays.equals(there.get(), bytes)) {
      storage.replace(key, bytes);
    }
  }
}
