package io.bcn.table;

import io.bcn.format.TableName;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names as Spark SQL reads them: quoted where they must be. */
final class SqlName {
  private SqlName() {}

  static String of(String catalog, TableName name) {
    return part(catalog) + "." + of(name);
  }

  static String of(TableName name) {
    return Stream.concat(name.database().levels().stream(), Stream.of(name.table()))
        .map(SqlName::part)
        .collect(Collectors.joining("."));
  }

  static String part(String name) {
    return name.matches("[A-Za-z][A-Za-z0-9_]*") ? name : "`" + name.replace("`", "``") + "`";
  }
}
