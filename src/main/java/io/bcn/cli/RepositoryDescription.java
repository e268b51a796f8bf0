package io.bcn.cli;

import io.bcn.format.Granularity;
import io.bcn.format.Hold;
import io.bcn.format.InProgress;
import io.bcn.format.PitId;
import io.bcn.format.RepositoryManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.ExpiredPit;
import io.bcn.repository.Holds;
import io.bcn.repository.Losses;
import io.bcn.repository.LostPit;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A repository: what it is locked to, and all its PITs, oldest first. */
record RepositoryDescription(
    String schemaVersion,
    String repository,
    Optional<String> repositoryId,
    Granularity granularity,
    Scope scope,
    String coverage,
    Instant createdAt,
    Optional<Running> runningBackup,
    List<PitRow> pits,
    List<Lost> lostPits,
    List<Expired> expiredPits,
    List<Held> holds,
    List<Damaged> damagedPits) {

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

  /** A PIT whose manifest is damaged or gone. */
  record Lost(PitId pit, LostPit.Problem problem, String message) {
    static Lost of(LostPit pit) {
      return new Lost(pit.pit(), pit.problem(), pit.reason());
    }
  }

  /** A PIT that is no more. */
  record Expired(PitId pit, Instant expiredAt, String expiredBy) {
    static Expired of(ExpiredPit pit) {
      return new Expired(pit.pit(), pit.mark().expiredAt(), pit.mark().expiredBy());
    }
  }

  /** A PIT of which a repair found tables to be lost. */
  record Damaged(PitId pit, List<TableName> tables) {}

  /** A PIT that somebody wants to keep. */
  record Held(PitId pit, Instant heldAt, String heldBy, String reason) {
    static Held of(Hold hold) {
      return new Held(new PitId(hold.pitTimestamp()), hold.heldAt(), hold.heldBy(), hold.reason());
    }
  }

  boolean wasExpired(PitId pit) {
    return expiredPits.stream().anyMatch(expired -> expired.pit().equals(pit));
  }

  static RepositoryDescription of(Repository repository, Clock clock) {
    RepositoryManifest manifest = repository.manifest();
    List<PitRow> pits = new ArrayList<>();
    List<Lost> lost = new ArrayList<>();
    List<Expired> expired = new ArrayList<>();
    repository
        .history()
        .forEach(
            pit -> {
              if (pit instanceof LostPit gone) {
                lost.add(Lost.of(gone));
              } else if (pit instanceof ExpiredPit gone) {
                expired.add(Expired.of(gone));
              } else {
                pits.add(PitRow.of(((CommittedPit) pit).manifest()));
              }
            });
    Collections.reverse(pits);
    Collections.reverse(lost);
    Collections.reverse(expired);
    return new RepositoryDescription(
        "1",
        repository.storage().root(),
        manifest.repositoryId(),
        manifest.granularity(),
        manifest.scope(),
        manifest.coverage(),
        manifest.createdAt(),
        PitClaim.current(repository, clock).map(Running::of),
        pits,
        lost,
        expired,
        new Holds(repository).all().stream().map(Held::of).toList(),
        new Losses(repository)
            .all().entrySet().stream()
                .filter(entry -> repository.findReadable(entry.getKey()).isPresent())
                .map(entry -> new Damaged(entry.getKey(), entry.getValue()))
                .toList());
  }
}
