package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.format.DatabaseName;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import java.util.Optional;

/**
 * What {@code --catalog}, {@code --database} and {@code --table} of a backup say: the granularity.
 */
record GivenScope(
    Optional<String> catalog, Optional<DatabaseName> database, Optional<TableName> table) {

  /** Reads the flags. <i>Fails</i> with USAGE where they do not fit each other. */
  static GivenScope of(Arguments arguments) {
    return of(arguments, BackupCommand.CATALOG, BackupCommand.DATABASE, BackupCommand.TABLE);
  }

  /** The same of another verb's flags. */
  static GivenScope of(Arguments arguments, Flag catalogFlag, Flag databaseFlag, Flag tableFlag) {
    Optional<DatabaseName> database = arguments.value(databaseFlag).map(DatabaseName::parse);
    Optional<TableName> table =
        arguments.value(tableFlag).map(text -> GivenNames.table(text, database));
    table
        .filter(name -> database.isPresent() && !database.get().equals(name.database()))
        .ifPresent(
            name -> {
              throw UsageProblem.of(
                  "Cannot back up table '%s': --database says '%s'".formatted(name, database.get()),
                  "Give --table without its database, or leave --database out.");
            });
    return new GivenScope(arguments.value(catalogFlag).map(GivenNames::catalog), database, table);
  }

  /**
   * The scope; empty where nothing was given. A catalog that was not given is the repository's, so
   * that a narrower scope is refused for what it is.
   */
  Optional<Scope> in(Storage storage) {
    if (catalog.isEmpty() && database.isEmpty() && table.isEmpty()) {
      return Optional.empty();
    }
    String name =
        catalog
            .or(() -> Repository.find(storage).map(repository -> repository.scope().catalog()))
            .orElseThrow(this::withoutCatalog);
    return Optional.of(scope(name));
  }

  /** The scope, with its catalog; empty where nothing was given. */
  Optional<Scope> whole() {
    if (catalog.isEmpty() && (database.isPresent() || table.isPresent())) {
      throw UsageProblem.of(
          "Cannot tell the scope: no --catalog says where its database is", "Give --catalog too.");
    }
    return catalog.map(this::scope);
  }

  private Scope scope(String catalogName) {
    return table
        .map(known -> Scope.ofTable(catalogName, known))
        .or(() -> database.map(known -> Scope.ofDatabase(catalogName, known)))
        .orElseGet(() -> Scope.ofCatalog(catalogName));
  }

  private BcnException withoutCatalog() {
    String what =
        table
            .map(name -> "table '" + name + "'")
            .orElseGet(() -> "database '" + database.orElseThrow() + "'");
    return UsageProblem.of(
        "Cannot back up %s: no --catalog says where it is, and there is no repository yet"
            .formatted(what),
        "Give --catalog for the first backup, or check --repo.");
  }
}
