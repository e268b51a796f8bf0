package io.bcn.repository;

import io.bcn.format.ExpiredMark;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import java.util.Optional;

/**
 * A PIT that was committed, and expired since: it is no more, but its place in the chain is known.
 */
public record ExpiredPit(ExpiredMark mark) implements KnownPit {
  @Override
  public PitId pit() {
    return new PitId(mark.pitTimestamp());
  }

  @Override
  public Optional<PitManifest.Parent> parent() {
    return mark.parentPit()
        .flatMap(
            pit ->
                mark.parentSha256().map(sha256 -> new PitManifest.Parent(new PitId(pit), sha256)));
  }
}
