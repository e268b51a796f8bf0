package io.bcn.restore;

import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.table.LocationMapping;
import io.bcn.table.TargetCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Creates the databases of a restore, with the properties that they had in the PIT but for their
 * location: the target says where a database lies, or new tables would go to the source's folders.
 *
 * @param standing those that were there before the restore; to a Hadoop catalog any folder that a
 *     restored file lies in is a database
 */
record CreatedDatabases(TargetCatalog catalog, Set<DatabaseName> standing) {
  private static final String LOCATION = "location";

  /** What the user should know of them. */
  List<String> create(List<DatabaseEntry> databases) {
    List<String> notices = new ArrayList<>();
    for (DatabaseEntry database : databases) {
      catalog.createDatabaseIfMissing(database.name(), database.properties());
      Map<String, String> held = catalog.catalog().databaseProperties(database.name());
      Map<String, String> lost = new TreeMap<>(database.properties());
      lost.remove(LOCATION);
      lost.entrySet().removeIf(entry -> entry.getValue().equals(held.get(entry.getKey())));
      notices.addAll(
          standing.contains(database.name())
              ? differences(database, lost.keySet())
              : lost(database, lost.keySet()));
      notices.addAll(mentions(database, held));
    }
    return notices;
  }

  /** A database that exists is the target's own, so it stays as it is. */
  private static List<String> differences(DatabaseEntry database, Set<String> keys) {
    return keys.isEmpty()
        ? List.of()
        : List.of(
            "Database '%s' was there and keeps its properties; in the PIT others are: %s"
                .formatted(database.name(), String.join(", ", keys)));
  }

  private List<String> lost(DatabaseEntry database, Set<String> keys) {
    return keys.stream()
        .map(
            key ->
                "Catalog '%s' does not keep property '%s' of database '%s'"
                    .formatted(catalog.catalog().name(), key, database.name()))
        .toList();
  }

  private static List<String> mentions(DatabaseEntry database, Map<String, String> held) {
    String source = database.properties().getOrDefault(LOCATION, "");
    String target = held.getOrDefault(LOCATION, "");
    if (source.isEmpty() || target.isEmpty()) {
      return List.of();
    }
    LocationMapping mapping =
        new LocationMapping(List.of(new LocationMapping.Root(source, target)), target);
    return database.properties().entrySet().stream()
        .filter(property -> !property.getKey().equals(LOCATION))
        .filter(property -> property.getValue().equals(held.get(property.getKey())))
        .filter(property -> mapping.mentionsSource(property.getValue()))
        .map(
            property ->
                "Database '%s' keeps property '%s', which mentions the source's location"
                    .formatted(database.name(), property.getKey()))
        .toList();
  }
}
