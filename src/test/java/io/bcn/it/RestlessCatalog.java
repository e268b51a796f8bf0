package io.bcn.it;

import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * A catalog in which somebody commits to the tables called {@link #TABLE} after each look at them.
 */
public final class RestlessCatalog extends JdbcCatalog {
  static final String TABLE = "t";

  @Override
  public Table loadTable(TableIdentifier identifier) {
    Table seen = super.loadTable(identifier);
    if (identifier.name().equals(TABLE)) {
      super.loadTable(identifier)
          .updateProperties()
          .set("turn", String.valueOf(System.nanoTime()))
          .commit();
    }
    return seen;
  }
}
