package io.bcn.format;

import java.util.Comparator;
import java.util.List;

/** {@code .deleted_tables.json} of one database. Derived: can be rebuilt from PIT manifests. */
public record DeletedTables(List<DeletedObject> deletedTables) {
  public DeletedTables {
    Documents.required(deletedTables, "deleted_tables");
    deletedTables = Sorted.list(deletedTables, Comparator.naturalOrder());
  }
}
