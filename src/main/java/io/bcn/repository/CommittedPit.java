package io.bcn.repository;

import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import java.util.Optional;

/** A PIT that exists, with the digest of its manifest. */
public record CommittedPit(PitManifest manifest, String sha256) implements KnownPit {
  @Override
  public PitId pit() {
    return manifest.pit();
  }

  @Override
  public Optional<PitManifest.Parent> parent() {
    return manifest
        .parent()
        .flatMap(pit -> manifest.parentSha256().map(sha256 -> new PitManifest.Parent(pit, sha256)));
  }

  /** This PIT as the next one's parent. */
  public PitManifest.Parent asParent() {
    return new PitManifest.Parent(pit(), sha256);
  }
}
