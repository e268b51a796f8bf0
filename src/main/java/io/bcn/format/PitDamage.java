package io.bcn.format;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * {@code damage.json}: tables and views of a PIT that lost objects which nobody has any more. The
 * others of that PIT are whole. Removed when they are whole again.
 *
 * @param foundBy the run that found it
 */
public record PitDamage(
    String version, Instant pitTimestamp, Instant foundAt, String foundBy, List<TableName> tables) {
  public PitDamage {
    Documents.required(version, "version");
    Documents.required(pitTimestamp, "pit_timestamp");
    Documents.required(foundAt, "found_at");
    Documents.required(foundBy, "found_by");
    tables = Sorted.list(Documents.required(tables, "tables"), Comparator.naturalOrder());
  }
}
