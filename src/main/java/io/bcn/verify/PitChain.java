package io.bcn.verify;

import io.bcn.format.Layout;
import io.bcn.format.PitId;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.ExpiredPit;
import io.bcn.repository.KnownPit;
import io.bcn.repository.LostPit;
import io.bcn.repository.Repository;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PITs, and which of their manifests are lost or are not what their child PITs had as parents
 * (promise 10).
 *
 * <p><i>Shape</i>: a few hundred bytes a PIT; each manifest is read once, and given up.
 *
 * @param pits those that can be read, oldest first
 * @param findings about PIT manifests, oldest first
 */
record PitChain(List<PitRef> pits, List<Finding> findings) {
  static final String HINT =
      "Put the manifest back from a copy of the repository. The other PITs do not need it.";

  /**
   * Of all PITs, or of one; its children are read for it, since the digest of a manifest stands in
   * them.
   */
  static PitChain of(Repository repository, Optional<PitId> only) {
    List<PitRef> pits = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    Map<PitId, String> asParents = new HashMap<>();
    try (Stream<KnownPit> newestFirst = repository.history()) {
      newestFirst.forEach(
          known -> {
            if (only.isEmpty() || only.get().equals(known.pit())) {
              look(repository, known, asParents, pits).ifPresent(found -> findings.add(0, found));
            }
            known
                .parent()
                .ifPresent(parent -> asParents.putIfAbsent(parent.pit(), parent.sha256()));
          });
    }
    return new PitChain(pits, findings);
  }

  private static Optional<Finding> look(
      Repository repository, KnownPit known, Map<PitId, String> asParents, List<PitRef> pits) {
    String key = Layout.pitManifest(repository.scope().catalog(), known.pit()).value();
    if (known instanceof LostPit lost) {
      String sha256 =
          Optional.ofNullable(asParents.get(lost.pit()))
              .or(() -> repository.manifest().digestOf(lost.pit()))
              .orElse("");
      return Optional.of(finding(key, lost.pit(), sha256, problem(lost), lost.reason()));
    }
    String sha256;
    if (known instanceof ExpiredPit expired) {
      sha256 = expired.mark().manifestSha256();
    } else {
      sha256 = ((CommittedPit) known).sha256();
      pits.add(0, new PitRef(known.pit(), sha256));
    }
    return Optional.ofNullable(asParents.get(known.pit()))
        .filter(digest -> !digest.equals(sha256))
        .map(
            digest ->
                finding(
                    key,
                    known.pit(),
                    digest,
                    Problem.WRONG_CHECKSUM,
                    "'%s/%s' has the sha256 %s, and its child PIT recorded %s"
                        .formatted(repository.storage().root(), key, sha256, digest)));
  }

  private static Problem problem(LostPit lost) {
    return switch (lost.problem()) {
      case MISSING -> Problem.MISSING;
      case DAMAGED -> Problem.UNREADABLE;
    };
  }

  private static Finding finding(
      String key, PitId pit, String sha256, Problem problem, String message) {
    return new Finding(
        key,
        Expected.PIT,
        "",
        sha256,
        problem,
        message,
        List.of(),
        List.of(pit),
        Optional.of(pit),
        HINT);
  }
}
