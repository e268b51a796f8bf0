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
    Optional<DatabaseName> database =
        arguments.value(BackupCommand.DATABASE).map(DatabaseName::parse);
    Optional<TableName> table =
        arguments.value(BackupCommand.TABLE).map(text -> GivenNames.table(text, database));
    table
        .filter(name -> database.isPresent() && !database.get().equals(name.database()))
        .ifPresent(
            name -> {
              throw UsageProblem.of(
                  "Cannot back up table '%s': --database says '%s'".formatted(name, database.get()),
                  "Give --table without its database, or leave --database out.");
            });
    return new GivenScope(
        arguments.value(BackupCommand.CATALOG).map(GivenNames::catalog), database, table);
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
    return Optional.of(
        table
            .map(known -> Scope.ofTable(name, known))
            .or(() -> database.map(known -> Scope.ofDatabase(name, known)))
            .orElseGet(() -> Scope.ofCatalog(name)));
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
