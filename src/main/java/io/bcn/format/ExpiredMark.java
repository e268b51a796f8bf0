package io.bcn.format;

import java.time.Instant;
import java.util.Optional;

/**
 * What stands in the place of a PIT manifest when the PIT was expired: nobody needs it any more,
 * and what only it reached is garbage.
 *
 * <p>{@code abandoned} is always true, so that a program that does not know the rest takes it for
 * what it is: no PIT. The digest and the parent keep the chain of PITs whole.
 *
 * @param expiredBy the run that did it
 * @param manifestSha256 the digest of the manifest that stood here, as the PIT's children have it;
 *     empty where it was lost and no child has it
 * @param parentPit the parent of the PIT that was
 */
public record ExpiredMark(
    String version,
    boolean abandoned,
    Instant pitTimestamp,
    Instant expiredAt,
    String expiredBy,
    String manifestSha256,
    Optional<Instant> parentPit,
    Optional<String> parentSha256) {
  public ExpiredMark {
    Documents.required(version, "version");
    Documents.required(pitTimestamp, "pit_timestamp");
    Documents.required(expiredAt, "expired_at");
    Documents.required(expiredBy, "expired_by");
    Documents.required(manifestSha256, "manifest_sha256");
    parentPit = parentPit == null ? Optional.empty() : parentPit;
    parentSha256 = parentSha256 == null ? Optional.empty() : parentSha256;
  }

  /** The mark of a PIT whose manifest has that digest. */
  public static ExpiredMark of(PitManifest pit, String sha256, Instant at, String runId) {
    return new ExpiredMark(
        Documents.FORMAT_VERSION,
        true,
        pit.pitTimestamp(),
        at,
        runId,
        sha256,
        pit.parentPit(),
        pit.parentSha256());
  }

  /**
   * The mark of a PIT whose manifest was lost, with the digest that its child has of it, if any.
   */
  public static ExpiredMark ofLost(PitId pit, String sha256, Instant at, String runId) {
    return new ExpiredMark(
        Documents.FORMAT_VERSION,
        true,
        pit.timestamp(),
        at,
        runId,
        sha256,
        Optional.empty(),
        Optional.empty());
  }
}
