package io.bcn.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Moments for people: UTC, to the second. */
final class UtcTime {
  private static final DateTimeFormatter TEXT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private UtcTime() {}

  static String text(Instant moment) {
    return TEXT.format(moment);
  }
}
