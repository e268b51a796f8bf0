package io.bcn.format;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Optional;

/**
 * What a repository backs up: a catalog, one database of it, or one table. Immutable once the
 * repository is created.
 *
 * <p>The components are optional because the document has them as JSON nulls.
 */
public record Scope(String catalog, Optional<DatabaseName> database, Optional<String> table) {
  public Scope {
    Documents.required(catalog, "scope.catalog");
    Names.check("catalog", catalog);
    database = database == null ? Optional.empty() : database;
    table = table == null ? Optional.empty() : table;
    if (table.isPresent() && database.isEmpty()) {
      throw new IllegalArgumentException("scope names a table without its database");
    }
    table.ifPresent(name -> Names.check("table", name));
  }

  public static Scope ofCatalog(String catalog) {
    return new Scope(catalog, Optional.empty(), Optional.empty());
  }

  public static Scope ofDatabase(String catalog, DatabaseName database) {
    return new Scope(catalog, Optional.of(database), Optional.empty());
  }

  public static Scope ofTable(String catalog, TableName table) {
    return new Scope(catalog, Optional.of(table.database()), Optional.of(table.table()));
  }

  @JsonIgnore
  public Granularity granularity() {
    if (table.isPresent()) {
      return Granularity.TABLE;
    }
    return database.isPresent() ? Granularity.DATABASE : Granularity.CATALOG;
  }

  /** The one table of a TABLE scope. */
  @JsonIgnore
  public Optional<TableName> tableName() {
    return database.flatMap(db -> table.map(name -> new TableName(db, name)));
  }

  /** For people: {@code TABLE prod.db1.orders}. */
  @Override
  public String toString() {
    String name =
        tableName()
            .map(TableName::toString)
            .or(() -> database.map(DatabaseName::toString))
            .orElse("");
    return granularity() + " " + catalog + (name.isEmpty() ? "" : "." + name);
  }
}
