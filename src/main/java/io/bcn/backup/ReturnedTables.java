package io.bcn.backup;

import io.bcn.format.DeletedObject;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Losses;
import io.bcn.repository.Repository;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tables that the parent PIT does not have and an earlier one has: renamed out of the scope and
 * back, or restored to their old place. What is stored of them need not be stored again.
 */
final class ReturnedTables {
  private final Repository repository;
  private final Map<PitId, Optional<PitManifest>> ancestors = new HashMap<>();

  ReturnedTables(Repository repository) {
    this.repository = repository;
  }

  /** The plan, in which returned tables know their last state. */
  BackupPlan in(BackupPlan plan) {
    return plan.withTables(
        plan.tables().stream()
            .map(table -> table.before().isPresent() ? table : returned(plan, table))
            .toList());
  }

  private TablePlan returned(BackupPlan plan, TablePlan table) {
    return table
        .pinned()
        .uuid()
        .flatMap(uuid -> lastState(plan, uuid))
        .map(table::returned)
        .orElse(table);
  }

  private Optional<ObjectRef> lastState(BackupPlan plan, String uuid) {
    return plan.parent().stream()
        .flatMap(pit -> pit.manifest().deletedObjects().stream())
        .filter(object -> object.sourceObjectId().equals(Optional.of(uuid)))
        .max(Comparator.comparing(DeletedObject::lastPitIncluded))
        .flatMap(object -> ancestor(new PitId(object.lastPitIncluded())))
        .flatMap(pit -> stateOf(pit, uuid));
  }

  /** Not of a table that a repair found to be lost. */
  private Optional<ObjectRef> stateOf(PitManifest pit, String uuid) {
    List<TableName> lost = new Losses(repository).of(pit.pit());
    return pit.tables().stream()
        .filter(entry -> entry.uuid().equals(Optional.of(uuid)))
        .filter(entry -> !lost.contains(entry.tableName()))
        .flatMap(entry -> entry.state().stream())
        .findFirst();
  }

  /** One that is lost by now only costs the reuse. */
  private Optional<PitManifest> ancestor(PitId pit) {
    return ancestors.computeIfAbsent(
        pit, id -> repository.findReadable(id).map(CommittedPit::manifest));
  }
}
