package io.bcn.repair;

import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.verify.Level;
import java.time.Duration;
import java.util.Map;

/**
 * What to repair.
 *
 * @param level how closely to look for damage
 * @param from where objects are taken from
 * @param settings Spark's configuration, which has the source catalog's
 * @param lease how long the claim outlives a repair that died
 * @param mostObjects how many damaged objects are tried: the driver names each of them
 */
public record ObjectRepairRequest(
    Repository repository,
    Level level,
    From from,
    Map<String, String> settings,
    Action action,
    Duration lease,
    int mostObjects) {
  private static final int MOST_OBJECTS = 100_000;

  /** As many as a driver can name. */
  public ObjectRepairRequest(
      Repository repository,
      Level level,
      From from,
      Map<String, String> settings,
      Action action,
      Duration lease) {
    this(repository, level, from, settings, action, lease, MOST_OBJECTS);
  }

  /** Where objects may still be. */
  public sealed interface From {}

  /** At their source: what the repository's own catalog can read. */
  public record Source() implements From {}

  /** In another repository: a copy of this one, or one that stored the same files. */
  public record Other(Storage storage) implements From {}

  /** Whether anything is written. */
  public enum Action {
    PLAN_ONLY,
    REPAIR
  }
}
