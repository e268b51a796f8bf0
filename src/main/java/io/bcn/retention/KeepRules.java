package io.bcn.retention;

import io.bcn.format.PitId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Which PITs to keep, as users say it.
 *
 * @param counts how many by each rule; a rule that is not in it keeps none
 * @param within all that are at most that much older than the newest; zero keeps none
 */
public record KeepRules(Map<Rule, Integer> counts, Duration within) {

  /**
   * A rule that counts. All but {@link #LAST} count periods of time in UTC that have a PIT, and
   * keep the newest of each.
   */
  public enum Rule {
    LAST(""),
    HOURLY("uuuuMMddHH"),
    DAILY("uuuuMMdd"),
    WEEKLY("YYYYww"),
    MONTHLY("uuuuMM"),
    YEARLY("uuuu");

    private final DateTimeFormatter period;

    Rule(String period) {
      // The weeks of ISO-8601: they begin on Mondays.
      this.period = DateTimeFormatter.ofPattern(period, Locale.FRANCE).withZone(ZoneOffset.UTC);
    }

    /** As the command line spells it. */
    public String flag() {
      return "keep-" + name().toLowerCase(Locale.ROOT);
    }

    private String period(PitId pit) {
      return this == LAST ? pit.toString() : period.format(pit.timestamp());
    }
  }

  public KeepRules {
    counts = counts.isEmpty() ? Map.of() : new EnumMap<>(counts);
  }

  /** Whether they say nothing at all. */
  public boolean isEmpty() {
    return counts.isEmpty() && within.isZero();
  }

  /**
   * Tells of each PIT that is kept by which rule.
   *
   * @param newestFirst those that count
   */
  void apply(List<PitId> newestFirst, BiConsumer<PitId, String> kept) {
    counts.forEach((rule, count) -> apply(rule, count, newestFirst, kept));
    if (newestFirst.isEmpty() || within.isZero()) {
      return;
    }
    Instant oldest = newestFirst.get(0).timestamp().minus(within);
    newestFirst.stream()
        .filter(pit -> !pit.timestamp().isBefore(oldest))
        .forEach(pit -> kept.accept(pit, "--keep-within"));
  }

  private static void apply(
      Rule rule, int count, List<PitId> newestFirst, BiConsumer<PitId, String> kept) {
    String last = "";
    int periods = 0;
    for (PitId pit : newestFirst) {
      String period = rule.period(pit);
      if (period.equals(last)) {
        continue;
      }
      last = period;
      if (++periods > count) {
        return;
      }
      kept.accept(pit, "--%s %d of %d".formatted(rule.flag(), periods, count));
    }
  }
}
