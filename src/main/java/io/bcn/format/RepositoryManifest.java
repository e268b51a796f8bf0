package io.bcn.format;

import java.time.Instant;
import java.util.Optional;

/**
 * The repository's own document: what it backs up, for ever.
 *
 * @param repositoryId tells this repository from any other; absent in one that another program made
 * @param coverage {@code all}, or the filter of partial backups, fixed as the scope is
 * @param lastPit a hint only: the newest committed PIT when the document was last written
 * @param lastPitSha256 digest of that PIT's manifest: the end of the chain in which a change shows,
 *     until the next PIT has it (promise 10)
 */
public record RepositoryManifest(
    String version,
    Optional<String> repositoryId,
    Granularity granularity,
    Scope scope,
    String coverage,
    Instant createdAt,
    Optional<Instant> lastPit,
    Optional<String> lastPitSha256) {
  public RepositoryManifest {
    Documents.required(version, "version");
    Documents.required(granularity, "granularity");
    Documents.required(scope, "scope");
    Documents.required(createdAt, "created_at");
    repositoryId = repositoryId == null ? Optional.empty() : repositoryId;
    coverage = coverage == null ? TableState.COVERS_ALL : coverage;
    lastPit = lastPit == null ? Optional.empty() : lastPit;
    lastPitSha256 = lastPitSha256 == null ? Optional.empty() : lastPitSha256;
    if (!coverage.equals(TableState.COVERS_ALL) && granularity != Granularity.TABLE) {
      throw new IllegalArgumentException(
          "coverage '%s' does not fit granularity %s".formatted(coverage, granularity));
    }
    if (granularity != scope.granularity()) {
      throw new IllegalArgumentException(
          "granularity %s does not fit scope '%s'".formatted(granularity, scope));
    }
  }

  /**
   * The same with another last PIT.
   *
   * @param sha256 digest of its manifest; empty where that can't be read
   */
  public RepositoryManifest withLastPit(PitId pit, Optional<String> sha256) {
    return new RepositoryManifest(
        version,
        repositoryId,
        granularity,
        scope,
        coverage,
        createdAt,
        Optional.of(pit.timestamp()),
        sha256);
  }

  /**
   * The digest of the PIT's manifest; empty where it is not the last PIT, or where none is noted.
   */
  public Optional<String> digestOf(PitId pit) {
    return lastPit.equals(Optional.of(pit.timestamp())) ? lastPitSha256 : Optional.empty();
  }
}
