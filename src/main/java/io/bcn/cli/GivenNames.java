package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.format.DatabaseName;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import java.util.Optional;

/**
 * Names as users give them: of tables with their database, or without it where another flag says
 * it.
 */
final class GivenNames {
  private GivenNames() {}

  /** The catalog's name. <i>Fails</i> with USAGE where it can be none. */
  static String catalog(String text) {
    return Scope.ofCatalog(text).catalog();
  }

  /**
   * Whether the text names a table only, not its database. <i>Fails</i> with USAGE where it is no
   * name.
   */
  static boolean isBare(String table) {
    return DatabaseName.parse(table).levels().size() == 1;
  }

  /**
   * The table; one without its database is the given one's. <i>Fails</i> with USAGE without any.
   */
  static TableName table(String text, Optional<DatabaseName> database) {
    if (!isBare(text)) {
      return TableName.parse(text);
    }
    return database
        .map(known -> TableName.parse(known + "." + text))
        .orElseThrow(() -> withoutDatabase(text));
  }

  private static BcnException withoutDatabase(String table) {
    return UsageProblem.of(
        "Cannot use table name '%s': it does not say which database".formatted(table),
        "Give it as --table DATABASE.%s.".formatted(table));
  }
}
