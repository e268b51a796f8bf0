package io.bcn.format;

import java.time.Instant;
import java.util.Optional;

/**
 * The repository's own document: what it backs up, for ever.
 *
 * @param repositoryId tells this repository from any other; absent in one that another program made
 * @param lastPit a hint only: the newest committed PIT when the document was last written
 */
public record RepositoryManifest(
    String version,
    Optional<String> repositoryId,
    Granularity granularity,
    Scope scope,
    Instant createdAt,
    Optional<Instant> lastPit) {
  public RepositoryManifest {
    Documents.required(version, "version");
    Documents.required(granularity, "granularity");
    Documents.required(scope, "scope");
    Documents.required(createdAt, "created_at");
    repositoryId = repositoryId == null ? Optional.empty() : repositoryId;
    lastPit = lastPit == null ? Optional.empty() : lastPit;
    if (granularity != scope.granularity()) {
      throw new IllegalArgumentException(
          "granularity %s does not fit scope '%s'".formatted(granularity, scope));
    }
  }

  public RepositoryManifest withLastPit(PitId pit) {
    return new RepositoryManifest(
        version, repositoryId, granularity, scope, createdAt, Optional.of(pit.timestamp()));
  }
}
