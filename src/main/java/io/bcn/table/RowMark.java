package io.bcn.table;

import io.bcn.format.PitId;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tells a snapshot that holds the appended rows of a table state from any other: its summary
 * properties.
 *
 * @param state the SHA-256 of the table state, which is the same in every PIT that has the very
 *     rows
 * @param sourceUuid empty for a table without one
 */
public record RowMark(PitId pit, String state, String sourceUuid) {
  static final String STATE = "bcn.state";
  static final String PIT = "bcn.pit";
  static final String SOURCE_UUID = "bcn.source-uuid";

  Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>(Map.of(PIT, pit.toString(), STATE, state));
    if (!sourceUuid.isEmpty()) {
      properties.put(SOURCE_UUID, sourceUuid);
    }
    return properties;
  }

  boolean isOn(Map<String, String> summary) {
    return state.equals(summary.get(STATE));
  }

  /** Whether the rows are those of the same source table in another state. */
  boolean isOfSameSourceAs(Map<String, String> summary) {
    return !sourceUuid.isEmpty() && sourceUuid.equals(summary.get(SOURCE_UUID)) && !isOn(summary);
  }
}
