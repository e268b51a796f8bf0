package io.bcn.backup;

import io.bcn.format.DeletedObject;
import io.bcn.format.PitManifest;
import io.bcn.format.PitViews;
import io.bcn.format.TableName;
import io.bcn.format.ViewEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.table.Cut;
import io.bcn.table.PinnedView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The views of the cut compared with the parent PIT's: a view is its UUID, as a table is.
 *
 * @param views one a view of the cut, in its order
 * @param failedBefore what the parent PIT has of views that can't be read now
 * @param gone what the parent PIT has and the source has no more
 */
record ViewsPlan(
    List<ViewPlan> views, Map<TableName, ViewEntry> failedBefore, List<ViewEntry> gone) {

  static ViewsPlan of(Cut cut, Optional<CommittedPit> parent, BackupRequest.Reuse reuse) {
    Map<TableName, ViewEntry> left = new LinkedHashMap<>();
    parent
        .map(pit -> pit.manifest().views())
        .orElse(List.of())
        .forEach(entry -> left.put(entry.viewName(), entry));
    Map<TableName, String> uuids =
        cut.views().stream().collect(Collectors.toMap(PinnedView::name, PinnedView::uuid));
    List<ViewPlan> views = new ArrayList<>();
    for (PinnedView pinned : cut.views()) {
      Optional<ViewEntry> before = sameView(pinned, left, uuids);
      before.ifPresent(entry -> left.remove(entry.viewName()));
      views.add(ViewPlan.of(pinned, before, reuse));
    }
    Map<TableName, ViewEntry> failedBefore = new HashMap<>();
    cut.unreadableViews().stream()
        .map(unreadable -> left.remove(unreadable.name()))
        .forEach(
            entry ->
                Optional.ofNullable(entry)
                    .ifPresent(known -> failedBefore.put(known.viewName(), known)));
    List<ViewEntry> gone =
        left.values().stream().filter(entry -> entry.metadata().isPresent()).toList();
    return new ViewsPlan(views, failedBefore, gone);
  }

  /**
   * The parent's entry of the same name and UUID, else one of the same UUID whose own name has no
   * view of that UUID any more.
   */
  private static Optional<ViewEntry> sameView(
      PinnedView pinned, Map<TableName, ViewEntry> left, Map<TableName, String> uuids) {
    return Optional.ofNullable(left.get(pinned.name()))
        .filter(entry -> entry.uuid().map(pinned.uuid()::equals).orElse(entry.metadata().isEmpty()))
        .or(
            () ->
                left.values().stream()
                    .filter(entry -> entry.uuid().equals(Optional.of(pinned.uuid())))
                    .filter(entry -> !pinned.uuid().equals(uuids.get(entry.viewName())))
                    .findFirst());
  }

  /** With the views as they were stored, what the PIT manifest says of them. */
  PitViews stored(StoredViews stored, Optional<CommittedPit> parent, Instant now) {
    List<ViewEntry> allGone = new ArrayList<>(gone);
    views.stream()
        .filter(view -> stored.dropped().contains(view.name()))
        .flatMap(view -> view.before().stream())
        .forEach(allGone::add);
    return new PitViews(
        stored.entries(),
        allGone.stream().map(ViewEntry::viewName).toList(),
        deletedObjects(allGone, stored.dropped(), parent, now));
  }

  private List<DeletedObject> deletedObjects(
      List<ViewEntry> allGone, Set<TableName> dropped, Optional<CommittedPit> parent, Instant now) {
    Set<String> uuids =
        views.stream()
            .filter(view -> !dropped.contains(view.name()))
            .map(view -> view.pinned().uuid())
            .collect(Collectors.toSet());
    List<DeletedObject> all = new ArrayList<>();
    parent.map(CommittedPit::manifest).map(PitManifest::deletedViews).orElse(List.of()).stream()
        .filter(view -> view.sourceObjectId().filter(uuids::contains).isEmpty())
        .forEach(all::add);
    for (ViewEntry view : allGone) {
      all.add(DeletedObject.ofTable(view.viewName(), now, parent.orElseThrow().pit(), view.uuid()));
    }
    return all;
  }
}
