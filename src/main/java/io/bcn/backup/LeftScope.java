package io.bcn.backup;

import io.bcn.errors.BcnException;
import io.bcn.format.Granularity;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.table.CatalogCut;
import io.bcn.table.IcebergCatalog;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that are deleted as far as the scope goes, and live on under a name outside of it.
 *
 * <p>The scope is fixed, so it does not follow them; whoever runs the backup should know. To find
 * them every table of the catalog is loaded, in the run that misses them only.
 */
record LeftScope(BackupPlan plan, Scope scope) {
  private static final Logger LOG = LoggerFactory.getLogger(LeftScope.class);

  /** One text a table. A search that fails costs the hints, not the backup. */
  List<String> warnings(IcebergCatalog catalog) {
    if (scope.granularity() == Granularity.CATALOG) {
      return List.of();
    }
    SortedMap<TableName, String> missed = missed();
    if (missed.isEmpty()) {
      return List.of();
    }
    try {
      Map<String, List<TableName>> now = CatalogCut.namesOf(catalog, Set.copyOf(missed.values()));
      return missed.entrySet().stream()
          .filter(table -> now.containsKey(table.getValue()))
          .map(table -> warning(table.getKey(), now.get(table.getValue())))
          .toList();
    } catch (BcnException e) {
      LOG.warn("Cannot look for new names of deleted tables: {}", e.getMessage());
      return List.of();
    }
  }

  /** What went and was not made again under its name: that is a way to fill tables. */
  private SortedMap<TableName, String> missed() {
    Set<TableName> present = new TreeSet<>();
    plan.tables().forEach(table -> present.add(table.name()));
    SortedMap<TableName, String> missed = new TreeMap<>();
    plan.deleted().tables().stream()
        .filter(table -> !present.contains(table))
        .forEach(table -> plan.uuidBefore(table).ifPresent(uuid -> missed.put(table, uuid)));
    // One of two names for a table that is still in the scope.
    plan.tables()
        .forEach(
            table -> missed.values().removeIf(uuid -> uuid.equals(table.pinned().tableUuid())));
    return missed;
  }

  private String warning(TableName table, List<TableName> now) {
    return "Table '%s' was not deleted: its UUID is now that of '%s', which %s does not cover. Back that table up into another repository, or rename it back."
        .formatted(
            table,
            now.stream().map(TableName::toString).collect(Collectors.joining("', '")),
            scope);
  }
}
