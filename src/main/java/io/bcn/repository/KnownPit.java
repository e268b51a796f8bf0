package io.bcn.repository;

import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import java.util.Optional;

/** A PIT that was committed: one that can be read, one that is lost, or one that was expired. */
public sealed interface KnownPit permits CommittedPit, LostPit, ExpiredPit {
  PitId pit();

  /**
   * The PIT that it was built on, with the digest of that one's manifest; a lost one tells none.
   */
  Optional<PitManifest.Parent> parent();
}
