package io.bcn.cli;

import io.bcn.format.Granularity;
import io.bcn.format.InProgress;
import io.bcn.format.PitId;
import io.bcn.format.RepositoryManifest;
import io.bcn.format.Scope;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A repository: what it is locked to, and all its PITs, oldest first. */
record RepositoryDescription(
    String schemaVersion,
    String repository,
    Optional<String> repositoryId,
    Granularity granularity,
    Scope scope,
    Instant createdAt,
    Optional<Running> runningBackup,
    List<PitRow> pits) {

  /** The backup that holds the repository now. */
  record Running(
      PitId pit, String runId, String host, long processId, Instant startedAt, Instant leaseUntil) {
    static Running of(InProgress claim) {
      return new Running(
          new PitId(claim.pitTimestamp()),
          claim.runId(),
          claim.host(),
          claim.processId(),
          claim.startedAt(),
          claim.leaseUntil());
    }
  }

  static RepositoryDescription of(Repository repository, Clock clock) {
    RepositoryManifest manifest = repository.manifest();
    List<PitRow> pits = new ArrayList<>();
    try (Stream<CommittedPit> committed = repository.committed()) {
      committed.forEach(pit -> pits.add(PitRow.of(pit.manifest())));
    }
    Collections.reverse(pits);
    return new RepositoryDescription(
        "1",
        repository.storage().root(),
        manifest.repositoryId(),
        manifest.granularity(),
        manifest.scope(),
        manifest.createdAt(),
        PitClaim.current(repository, clock).map(Running::of),
        pits);
  }
}
