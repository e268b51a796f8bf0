package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import java.util.HashMap;
import java.util.Map;

/** Which name each restored object gets. */
record Mapping(RestoreRequest.Target target) {

  /**
   * <i>Fails</i> with USAGE where two tables would get one name, or one name is given for several
   * tables.
   */
  Map<TableEntry, TableName> of(Chosen chosen) {
    if (target.table().isPresent() && chosen.tables().size() != 1) {
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot restore %d tables as '%s': --target-table is for one table"
              .formatted(chosen.tables().size(), target.table().get()),
          "Choose the table with --table <database.table>.");
    }
    Map<TableEntry, TableName> names = new HashMap<>();
    Map<TableName, TableName> takenBy = new HashMap<>();
    for (TableEntry table : chosen.tables()) {
      TableName name = of(table.tableName());
      TableName other = takenBy.put(name, table.tableName());
      if (other != null) {
        throw new BcnException(
            ErrorCode.USAGE,
            "Cannot restore '%s' and '%s': both would become '%s'"
                .formatted(other, table.tableName(), name),
            "Restore them one after the other, or without --target-database.");
      }
      names.put(table, name);
    }
    return names;
  }

  DatabaseName of(DatabaseName source) {
    return target.database().orElse(source);
  }

  private TableName of(TableName source) {
    return new TableName(of(source.database()), target.table().orElse(source.table()));
  }
}
