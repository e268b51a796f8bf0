package io.bcn.backup;

import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The same run id again returns what that run did. */
final class FinishedRun {
  private static final int RUNS_LOOKED_AT = 100;

  private FinishedRun() {}

  /** What the run of that id did, if there was one that is finished. */
  static Optional<BackupSummary> of(Repository repository, BackupRequest request) {
    if (request.runId().origin() == BackupRequest.RunId.Origin.GENERATED
        || request.action() == BackupRequest.Action.PLAN_ONLY) {
      return Optional.empty();
    }
    return repository
        .readable()
        .limit(RUNS_LOOKED_AT)
        .filter(pit -> pit.manifest().runId().equals(Optional.of(request.runId().value())))
        // A run that left tables out is not finished: asked for again, it tries them again.
        .filter(pit -> pit.manifest().complete())
        .findFirst()
        .map(pit -> summary(repository, pit));
  }

  private static BackupSummary summary(Repository repository, CommittedPit pit) {
    return BackupSummary.of(
        repository.storage().root(),
        repository.scope(),
        repository.coverage(),
        pit.manifest(),
        Map.of(),
        List.of());
  }
}
