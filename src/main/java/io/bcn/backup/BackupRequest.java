package io.bcn.backup;

import io.bcn.format.Scope;
import io.bcn.storage.Storage;
import io.bcn.table.RowFilter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param scope needed for the first backup; later ones take the repository's own, and one that
 *     differs is refused
 * @param coverage of a partial backup; as for the scope, later ones take the repository's own
 * @param settings Spark's configuration, in which catalogs are named
 * @param lease how long a dead backup keeps others out, where it can't be seen to be dead
 */
public record BackupRequest(
    Storage storage,
    Optional<Scope> scope,
    Optional<RowFilter> coverage,
    Reuse reuse,
    Action action,
    Consistency consistency,
    EmptySources emptySources,
    RunId runId,
    Map<String, String> settings,
    Duration lease) {
  public BackupRequest {
    settings = Map.copyOf(settings);
  }

  /** The same for these rows. */
  public BackupRequest covering(Optional<RowFilter> rows) {
    return new BackupRequest(
        storage, scope, rows, reuse, action, consistency, emptySources, runId, settings, lease);
  }

  /** Whether files of earlier PITs are used again. */
  public enum Reuse {
    PARENT,
    /** They are, and each table's state lists all its files itself: see {@link Condensing}. */
    CONDENSED,
    NOTHING
  }

  /** Whether the plan is all that is wanted. */
  public enum Action {
    BACK_UP,
    PLAN_ONLY
  }

  /** What to do about a source that never holds still. */
  public enum Consistency {
    BEST_EFFORT,
    STRICT
  }

  /** What to do about a source that seems to be another one, see {@link EmptySource}. */
  public enum EmptySources {
    REFUSED,
    RECORDED
  }

  /** The run's name: one that the user gave can be asked for again. */
  public record RunId(String value, Origin origin) {
    /** Where the id comes from. */
    public enum Origin {
      GIVEN,
      GENERATED
    }
  }
}
