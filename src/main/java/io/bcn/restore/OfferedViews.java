package io.bcn.restore;

import io.bcn.format.DeletedObject;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.ViewEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The views that a restore of a PIT may choose from. */
final class OfferedViews {
  private OfferedViews() {}

  /** By name: the PIT's own, and where deleted ones are wanted the last state of each of these. */
  static Map<TableName, ViewEntry> of(
      Repository repository, PitManifest pit, RestoreRequest.Deleted deleted) {
    Map<TableName, ViewEntry> offered = new TreeMap<>();
    pit.views().forEach(view -> offered.put(view.viewName(), view));
    if (deleted == RestoreRequest.Deleted.INCLUDED) {
      addDeleted(offered, repository, pit);
    }
    return offered;
  }

  /** Only under names that neither a view nor a table of the PIT has. */
  private static void addDeleted(
      Map<TableName, ViewEntry> offered, Repository repository, PitManifest pit) {
    Map<PitId, Optional<PitManifest>> ancestors = new HashMap<>();
    List<DeletedObject> newestFirst =
        pit.deletedViews().stream()
            .sorted(Comparator.comparing(DeletedObject::lastPitIncluded).reversed())
            .toList();
    for (DeletedObject object : newestFirst) {
      TableName name = new TableName(object.database(), object.name().orElseThrow());
      ancestors
          .computeIfAbsent(
              new PitId(object.lastPitIncluded()),
              last -> repository.find(last).map(CommittedPit::manifest))
          .flatMap(manifest -> manifest.view(name))
          .filter(view -> view.metadata().isPresent() && pit.table(name).isEmpty())
          .ifPresent(view -> offered.putIfAbsent(name, lastState(view)));
    }
  }

  private static ViewEntry lastState(ViewEntry view) {
    return view.status() == TableStatus.FAILED ? view.carriedOver(view.viewName()) : view;
  }
}
