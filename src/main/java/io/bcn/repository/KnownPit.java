package io.bcn.repository;

import io.bcn.format.PitId;

/** A PIT that was committed: one that can be read, one that is lost, or one that was expired. */
public sealed interface KnownPit permits CommittedPit, LostPit, ExpiredPit {
  PitId pit();
}
