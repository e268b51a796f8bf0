package io.bcn.format;

import java.time.Instant;

/**
 * What stands in the place of a PIT manifest when a dead backup was given up.
 *
 * <p>It is created exclusively, under the commit's own key: a holder that wakes up later finds it
 * and can't commit.
 */
public record AbandonedPit(
    String version,
    boolean abandoned,
    Instant pitTimestamp,
    Instant abandonedAt,
    String abandonedBy) {
  public AbandonedPit {
    Documents.required(version, "version");
    Documents.required(pitTimestamp, "pit_timestamp");
    Documents.required(abandonedAt, "abandoned_at");
    Documents.required(abandonedBy, "abandoned_by");
  }

  public static AbandonedPit of(PitId pit, Instant at, String runId) {
    return new AbandonedPit(Documents.FORMAT_VERSION, true, pit.timestamp(), at, runId);
  }
}
