package io.bcn.table;

import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** BCN's names in Iceberg's words, and back. */
final class Identifiers {
  private Identifiers() {}

  static Namespace namespace(DatabaseName name) {
    return Namespace.of(name.levels().toArray(String[]::new));
  }

  static TableIdentifier table(TableName name) {
    return TableIdentifier.of(namespace(name.database()), name.table());
  }

  /** <i>Fails</i> with USAGE for a name that BCN can't hold: blank, or with a control character. */
  static DatabaseName database(Namespace namespace) {
    return new DatabaseName(List.of(namespace.levels()));
  }
}
