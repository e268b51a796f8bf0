package io.bcn.backup;

import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitManifest.CutWindow;
import io.bcn.format.TableName;
import io.bcn.format.ViewEntry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What storing the views gave.
 *
 * @param entries one a view that is in the PIT, a failed one too
 * @param dropped views of the cut that the catalog did not have any more when they were to be read
 * @param lookedAgainAt when the catalog was asked again for a view, if it was
 */
record StoredViews(
    List<ViewEntry> entries, Set<TableName> dropped, Optional<Instant> lookedAgainAt) {
  StoredViews {
    entries = List.copyOf(entries);
    dropped = Set.copyOf(dropped);
  }

  /** A view that was looked at again belongs to a later moment than the others (promise 6). */
  CutWindow window(CutWindow planned) {
    return lookedAgainAt
        .map(at -> new CutWindow(CutMode.BEST_EFFORT, planned.from(), later(at, planned.to())))
        .orElse(planned);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
