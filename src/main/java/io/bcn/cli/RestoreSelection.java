package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import io.bcn.repository.Repository;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which tables a restore is asked for.
 *
 * <p>{@code --database sales --table orders} means the one table, as it does for a backup: a table
 * without its database takes the one database that is given, which then is not chosen as a whole.
 */
record RestoreSelection(
    List<DatabaseName> databases, List<String> tables, List<String> excluded, Deleted deleted) {
  static final Flag DATABASE =
      Flag.many("database", "NAME", "This database, with those nested in it; repeatable.");
  static final Flag TABLE =
      Flag.many(
          "table",
          "DATABASE.TABLE",
          "This table; repeatable. Without its database, it is of the one --database.");
  static final Flag EXCLUDE =
      Flag.many(
          "exclude",
          "GLOB",
          "Not the tables that match, like 'sales.tmp_*'; repeatable. * is any text, ? any one character."
              + " In quotes, or the shell expands it.");
  static final Flag INCLUDE_DELETED =
      Flag.toggle(
          "include-deleted",
          "Also databases and tables that the source had lost by the time of the PIT, each in its last"
              + " state.");

  RestoreSelection {
    databases = List.copyOf(databases);
    tables = List.copyOf(tables);
    excluded = List.copyOf(excluded);
  }

  /** Reads the flags. <i>Fails</i> with USAGE. */
  static RestoreSelection of(Arguments arguments) {
    List<DatabaseName> databases =
        arguments.values(DATABASE).stream().map(DatabaseName::parse).toList();
    List<String> tables = arguments.values(TABLE);
    Optional<String> bare = tables.stream().filter(GivenNames::isBare).findFirst();
    if (bare.isPresent() && databases.size() > 1) {
      throw ambiguous(bare.get(), databases);
    }
    return new RestoreSelection(
        databases,
        tables,
        arguments.values(EXCLUDE),
        arguments.has(INCLUDE_DELETED) ? Deleted.INCLUDED : Deleted.LEFT_OUT);
  }

  /** The selection, where a table without its database may be of the repository's one. */
  Selection in(Repository repository) {
    Optional<DatabaseName> one =
        databases.stream().findFirst().or(() -> repository.scope().database());
    List<TableName> names = new ArrayList<>();
    tables.forEach(text -> names.add(GivenNames.table(text, one)));
    boolean databaseIsOfATable = tables.stream().anyMatch(GivenNames::isBare);
    return new Selection(databaseIsOfATable ? List.of() : databases, names, excluded, deleted);
  }

  private static BcnException ambiguous(String table, List<DatabaseName> databases) {
    return UsageProblem.of(
        "Cannot use table name '%s': it could be of any of %d databases"
            .formatted(table, databases.size()),
        "Give it as --table %s.%s.".formatted(databases.get(0), table));
  }
}
