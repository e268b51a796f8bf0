package io.bcn.backup;

import io.bcn.format.PitId;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Losses;
import io.bcn.repository.LostPit;
import io.bcn.repository.Repository;
import java.util.List;
import java.util.Optional;

/**
 * What a new PIT builds on: the newest PIT that can be read.
 *
 * <p>One that is lost does not keep the source from being backed up: on an earlier parent the new
 * PIT is whole all the same, and only stores more.
 *
 * @param lost tables of it that a repair found to be lost: they are not built on
 * @param abandoned PITs after it that were given up or lost: what they copied may be used again
 * @param warnings which PITs after it are lost
 */
record ParentPit(
    Optional<CommittedPit> pit,
    List<TableName> lost,
    List<PitId> abandoned,
    List<String> warnings) {
  private static final ParentPit NONE =
      new ParentPit(Optional.empty(), List.of(), List.of(), List.of());

  static ParentPit of(Optional<Repository> repository) {
    return repository.map(ParentPit::of).orElse(NONE);
  }

  private static ParentPit of(Repository repository) {
    Optional<CommittedPit> pit = repository.readable().findFirst();
    return new ParentPit(
        pit,
        pit.map(known -> new Losses(repository).of(known.pit())).orElse(List.of()),
        repository.abandonedSince(pit.map(CommittedPit::pit)),
        lostSince(repository));
  }

  /** A view is one small file: where anything is lost, all are stored anew. */
  BackupRequest.Reuse reuseOfViews(BackupRequest request) {
    return lost.isEmpty() ? request.reuse() : BackupRequest.Reuse.NOTHING;
  }

  private static List<String> lostSince(Repository repository) {
    return repository
        .pits()
        .takeWhile(LostPit.class::isInstance)
        .map(LostPit.class::cast)
        .map(
            lost ->
                "PIT %s is lost, and what follows builds on an earlier one: %s."
                    .formatted(lost.pit(), lost.reason()))
        .toList();
  }
}
