package io.bcn.format;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code table_manifest.json}: a table's head, and which PITs changed it. Derived: can be rebuilt
 * from PIT manifests.
 *
 * @param states oldest first; a table that was dropped and created again under the name has states
 *     of two UUIDs
 */
public record TableManifest(
    String version, DatabaseName database, String name, List<State> states) {
  public TableManifest {
    Documents.required(version, "version");
    Documents.required(database, "database");
    Names.check("table", Documents.required(name, "name"));
    states = Sorted.list(Documents.required(states, "states"), Comparator.comparing(State::pit));
  }

  /** One state of the table, in the PIT that stored it. */
  public record State(
      PitId pit,
      Optional<String> uuid,
      Optional<TableName> renamedFrom,
      ObjectRef state,
      int formatVersion,
      int schemaVersion,
      TableTotals totals) {
    public State {
      Documents.required(pit, "pit");
      Documents.required(state, "state");
      Documents.required(totals, "totals");
    }

    public static State of(PitId pit, TableEntry entry, ObjectRef state) {
      return new State(
          pit,
          entry.uuid(),
          entry.renamedFrom(),
          state,
          entry.formatVersion(),
          entry.schemaVersion(),
          entry.totals());
    }
  }
}
