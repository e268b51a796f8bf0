package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import java.util.Optional;

/**
 * A PIT that was committed and whose manifest is damaged or gone. Nothing else says what it held.
 *
 * @param location where its manifest should be
 * @param reason one line, which names the location
 */
public record LostPit(PitId pit, Problem problem, String location, String reason)
    implements KnownPit {

  /** What became of the manifest. */
  public enum Problem {
    DAMAGED,
    MISSING
  }

  static LostPit damaged(PitId pit, String location, BcnException cause) {
    return new LostPit(pit, Problem.DAMAGED, location, cause.getMessage());
  }

  static LostPit missing(PitId pit, String location) {
    return new LostPit(
        pit,
        Problem.MISSING,
        location,
        "Cannot read '%s': it is missing, and another document names it".formatted(location));
  }

  @Override
  public Optional<PitManifest.Parent> parent() {
    return Optional.empty();
  }

  /** For what can't be done without it. */
  public BcnException prevents(String what, String hint) {
    return new BcnException(
        ErrorCode.DAMAGED, "Cannot %s: PIT %s is lost (%s)".formatted(what, pit, reason), hint);
  }
}
