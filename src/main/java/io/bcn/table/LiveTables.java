package io.bcn.table;

import io.bcn.format.TableName;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * The tables that live in a catalog, by their folders. A restored table must never share one: a
 * rename keeps a table's folder, so a free name does not mean a free folder, and whoever purges one
 * of two such tables destroys both.
 */
final class LiveTables {
  private final List<Folder> folders;

  private record Folder(String table, Place place) {}

  private LiveTables(List<Folder> folders) {
    this.folders = folders;
  }

  /** Loads every table of the catalog: for the rare case that a wanted folder has files in it. */
  static LiveTables of(IcebergCatalog catalog) {
    try (DriverThreads threads = new DriverThreads(CutOptions.DEFAULT_THREADS)) {
      return new LiveTables(
          threads
              .map(
                  catalog.databases().stream()
                      .flatMap(database -> catalog.tables(database).stream())
                      .toList(),
                  name -> {
                    try {
                      BaseTable table = catalog.load(name);
                      return Optional.of(new Folder(name.toString(), Place.of(table.location())));
                    } catch (NoSuchTableException dropped) {
                      return Optional.<Folder>empty();
                    }
                  })
              .stream()
              .flatMap(Optional::stream)
              .toList());
    }
  }

  /** A table, of another name, whose folder is the location, lies in it, or holds it. */
  Optional<String> owner(String location, TableName except) {
    Place place = Place.of(location);
    return folders.stream()
        .filter(folder -> !folder.table().equals(except.toString()))
        .filter(
            folder ->
                place.below(folder.place()).isPresent() || folder.place().below(place).isPresent())
        .map(Folder::table)
        .findFirst();
  }
}
