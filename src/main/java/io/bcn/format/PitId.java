package io.bcn.format;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * A PIT's name: its timestamp to the millisecond as {@code 20251017T100000.123Z}. Sorts by time,
 * legal on every store.
 */
public record PitId(Instant timestamp) implements Comparable<PitId>, Serializable {
  private static final DateTimeFormatter TEXT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT)
          .withZone(ZoneOffset.UTC);
  private static final int LENGTH = "20251017T100000.123Z".length();
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

  public PitId {
    timestamp = Documents.required(timestamp, "pit_timestamp").truncatedTo(ChronoUnit.MILLIS);
    if (timestamp.isBefore(FIRST) || !timestamp.isBefore(END)) {
      // Its text would not have four digits of year, and would not sort.
      throw new IllegalArgumentException("'%s' is no time for a PIT".formatted(timestamp));
    }
  }

  /** The id that the text is, or empty where it is none. */
  public static Optional<PitId> tryParse(String text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(new PitId(TEXT.parse(text, Instant::from)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  @JsonCreator
  public static PitId parse(String text) {
    return tryParse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException("'%s' is no PIT id".formatted(Names.printable(text))));
  }

  @Override
  public int compareTo(PitId other) {
    return timestamp.compareTo(other.timestamp);
  }

  @Override
  @JsonValue
  public String toString() {
    return TEXT.format(timestamp);
  }
}
