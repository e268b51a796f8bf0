package io.bcn.repository;

import io.bcn.format.PitId;

/** A PIT that was committed: one that can be read, or one that is lost. */
public sealed interface KnownPit permits CommittedPit, LostPit {
  PitId pit();
}
