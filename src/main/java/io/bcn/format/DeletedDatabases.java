package io.bcn.format;

import java.util.Comparator;
import java.util.List;

/** {@code .deleted_databases.json} of the catalog. Derived: can be rebuilt from PIT manifests. */
public record DeletedDatabases(List<DeletedObject> deletedDatabases) {
  public DeletedDatabases {
    Documents.required(deletedDatabases, "deleted_databases");
    deletedDatabases = Sorted.list(deletedDatabases, Comparator.naturalOrder());
  }
}
