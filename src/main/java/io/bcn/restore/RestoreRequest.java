package io.bcn.restore;

import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import io.bcn.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param pit an id, an instant, or {@code latest}
 * @param settings Spark's configuration, in which catalogs are named
 */
public record RestoreRequest(
    Storage storage,
    String pit,
    Selection selection,
    Target target,
    IfExists ifExists,
    Uuids uuids,
    Contents contents,
    Partial partial,
    Action action,
    Map<String, String> settings) {
  public RestoreRequest {
    settings = Map.copyOf(settings);
  }

  /**
   * Which of the PIT's tables.
   *
   * @param databases each with the databases nested in it, and
   * @param tables together: a table is chosen by either; both empty choose all
   * @param excluded globs over {@code database.table}
   */
  public record Selection(
      List<DatabaseName> databases,
      List<TableName> tables,
      List<String> excluded,
      Deleted deleted) {
    public Selection {
      databases = List.copyOf(databases);
      tables = List.copyOf(tables);
      excluded = List.copyOf(excluded);
    }

    boolean isEverything() {
      return databases.isEmpty() && tables.isEmpty();
    }

    boolean has(DatabaseName database) {
      return databases.stream().anyMatch(database::isWithin);
    }
  }

  /** What about tables that the source had lost by the time of the PIT. */
  public enum Deleted {
    LEFT_OUT,
    /** Each in its last state, where no other table has the name; see {@link LostObjects}. */
    INCLUDED
  }

  /**
   * Where to.
   *
   * @param catalog default: the backed-up catalog's name
   * @param table a new name, for exactly one table
   * @param location the folder that gets {@code <database>/<table>} for each table; default: where
   *     the catalog puts it
   */
  public record Target(
      Optional<String> catalog,
      Optional<DatabaseName> database,
      Optional<String> table,
      Optional<String> location) {

    /** The folder below {@code location} for an object of that name. */
    Optional<String> folderOf(TableName name) {
      return location.map(
          folder ->
              "%s/%s/%s"
                  .formatted(
                      folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder,
                      String.join("/", name.database().levels()),
                      name.table()));
    }
  }

  /** What about a target table that exists (promise 9). */
  public enum IfExists {
    FAIL,
    SKIP,
    /** The PIT's state takes its place, if nobody changes it meanwhile. */
    REPLACE,
    /** It gets the rows of the PIT's current snapshot added. */
    APPEND
  }

  /** Whether a table restored under another identifier stays the same table to Iceberg. */
  public enum Uuids {
    /** Kept where a table returns to its own identifier, else new: its source may still live. */
    FRESH_ELSEWHERE,
    KEPT
  }

  /** How much of each table. */
  public enum Contents {
    WHOLE,
    /** Schemas, specs, sort orders and properties; no snapshots, so no rows. */
    SCHEMA_ONLY
  }

  /** Whether a table may come back under its own name with a part of its rows. */
  public enum Partial {
    REFUSED_AT_HOME,
    ACCEPTED
  }

  /** Whether the plan is all that is wanted. */
  public enum Action {
    RESTORE,
    PLAN_ONLY
  }
}
