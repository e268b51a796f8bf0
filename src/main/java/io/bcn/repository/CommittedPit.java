package io.bcn.repository;

import io.bcn.format.PitId;
import io.bcn.format.PitManifest;

/** A PIT that exists, with the digest of its manifest. */
public record CommittedPit(PitManifest manifest, String sha256) implements KnownPit {
  @Override
  public PitId pit() {
    return manifest.pit();
  }

  /** This PIT as the next one's parent. */
  public PitManifest.Parent asParent() {
    return new PitManifest.Parent(pit(), sha256);
  }
}
