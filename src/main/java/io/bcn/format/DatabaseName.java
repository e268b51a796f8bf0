package io.bcn.format;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A database: Iceberg's namespace, one level or more.
 *
 * <p>As text, levels are joined by dots; a level that holds a dot or a backtick stands in
 * backticks, as in Spark SQL.
 */
public record DatabaseName(List<String> levels) implements Comparable<DatabaseName>, Serializable {
  public DatabaseName {
    levels = List.copyOf(levels);
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("a database name has no level");
    }
    levels.forEach(level -> Names.check("database", level));
  }

  /**
   * Parses the text form. Fails with USAGE when it is empty, has an empty level or an open
   * backtick.
   */
  @JsonCreator
  public static DatabaseName parse(String text) {
    return new DatabaseName(Names.split("database", text));
  }

  /** Whether this database is nested in the other, at any depth. */
  public boolean isBelow(DatabaseName other) {
    return levels.size() > other.levels.size()
        && levels.subList(0, other.levels.size()).equals(other.levels);
  }

  /** Whether all of this database belongs to the other: it is that one, or nested in it. */
  public boolean isWithin(DatabaseName other) {
    return equals(other) || isBelow(other);
  }

  /** This database, where the one that it is within has another name. */
  public DatabaseName moved(DatabaseName from, DatabaseName to) {
    if (!isWithin(from)) {
      throw new IllegalArgumentException("%s is not within %s".formatted(this, from));
    }
    List<String> moved = new ArrayList<>(to.levels);
    moved.addAll(levels.subList(from.levels.size(), levels.size()));
    return new DatabaseName(moved);
  }

  @Override
  @JsonValue
  public String toString() {
    return levels.stream().map(Names::quoted).collect(Collectors.joining("."));
  }

  @Override
  public int compareTo(DatabaseName other) {
    return toString().compareTo(other.toString());
  }

  static BcnException invalid(String kind, String text, String reason) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot use %s name '%s': %s".formatted(kind, Names.printable(text), reason),
        "Give the name as the catalog lists it; put a part that holds a dot in backticks.");
  }
}
