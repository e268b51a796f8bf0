package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Losses;
import io.bcn.repository.Repository;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tables of a PIT that a repair found to be lost: refused before anything is looked at. */
final class LostTables {
  private LostTables() {}

  /** <i>Fails</i> with DAMAGED where one of these is lost in the PIT, naming it. */
  static void check(Repository repository, CommittedPit pit, List<TableName> chosen) {
    Losses losses = new Losses(repository);
    List<TableName> lost = losses.of(pit.pit()).stream().filter(chosen::contains).toList();
    if (lost.isEmpty()) {
      return;
    }
    throw new BcnException(
        ErrorCode.DAMAGED,
        "Cannot restore %s '%s' of PIT %s: objects that they need are lost, as 'bcn repair' found"
            .formatted(
                lost.size() == 1 ? "table" : "tables",
                lost.stream().map(TableName::toString).collect(Collectors.joining("', '")),
                pit.pit()),
        "Leave them out with --exclude%s."
            .formatted(
                whole(repository, losses, lost)
                    .map(id -> ", or restore them from --pit " + id)
                    .orElse("; no other PIT has all of them whole")));
  }

  private static Optional<PitId> whole(
      Repository repository, Losses losses, List<TableName> wanted) {
    return repository
        .readable()
        .filter(pit -> wanted.stream().allMatch(name -> isStored(pit.manifest(), name)))
        .map(CommittedPit::pit)
        .filter(pit -> losses.of(pit).stream().noneMatch(wanted::contains))
        .findFirst();
  }

  private static boolean isStored(PitManifest pit, TableName name) {
    return pit.table(name).flatMap(TableEntry::state).isPresent()
        || pit.views().stream()
            .anyMatch(view -> view.viewName().equals(name) && view.metadata().isPresent());
  }
}
