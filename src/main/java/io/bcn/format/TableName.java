package io.bcn.format;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.List;

/** A table's identifier within its catalog: {@code database.table}. */
public record TableName(DatabaseName database, String table)
    implements Comparable<TableName>, Serializable {
  public TableName {
    Names.check("table", table);
  }

  /** Parses {@code database.table}, the database with one level or more. Fails with USAGE. */
  @JsonCreator
  public static TableName parse(String text) {
    List<String> parts = Names.split("table", text);
    if (parts.size() < 2) {
      throw DatabaseName.invalid("table", text, "it does not say which database");
    }
    int last = parts.size() - 1;
    return new TableName(new DatabaseName(parts.subList(0, last)), parts.get(last));
  }

  /** The table's own name in the text form: in backticks where it must be. */
  public String quotedTable() {
    return Names.quoted(table);
  }

  @Override
  @JsonValue
  public String toString() {
    return database + "." + quotedTable();
  }

  @Override
  public int compareTo(TableName other) {
    return toString().compareTo(other.toString());
  }
}
