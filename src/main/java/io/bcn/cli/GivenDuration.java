package io.bcn.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A length of time as users give it: {@code 90s}, {@code 30m}, {@code 24h}, {@code 7d}. */
final class GivenDuration {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})([smhd])");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "s",
          ChronoUnit.SECONDS,
          "m",
          ChronoUnit.MINUTES,
          "h",
          ChronoUnit.HOURS,
          "d",
          ChronoUnit.DAYS);

  private GivenDuration() {}

  /** <i>Fails</i> with USAGE where the text is none. */
  static Duration parse(Flag flag, String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw UsageProblem.flag(
          flag.toString(),
          "'%s' is no length of time".formatted(text),
          "Give a number and one of s, m, h, d, like 24h or 7d.");
    }
    return Duration.of(Long.parseLong(parts.group(1)), UNITS.get(parts.group(2)));
  }
}
