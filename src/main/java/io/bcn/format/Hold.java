package io.bcn.format;

import java.time.Instant;

/**
 * {@code hold.json}: somebody wants a PIT to stay, whatever the rules of retention say.
 *
 * @param heldBy who: a user and a host
 * @param reason why; may be empty
 */
public record Hold(
    String version, Instant pitTimestamp, Instant heldAt, String heldBy, String reason) {
  public Hold {
    Documents.required(version, "version");
    Documents.required(pitTimestamp, "pit_timestamp");
    Documents.required(heldAt, "held_at");
    Documents.required(heldBy, "held_by");
    reason = reason == null ? "" : reason;
  }

  public static Hold of(PitId pit, Instant at, String by, String reason) {
    return new Hold(Documents.FORMAT_VERSION, pit.timestamp(), at, by, reason);
  }
}
