package io.bcn.backup;

import io.bcn.format.DatabaseName;
import io.bcn.format.DeletedObject;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.PitManifest.DeletedInSource;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.repository.CommittedPit;
import io.bcn.table.Cut;
import io.bcn.table.PinnedTable;
import io.bcn.table.UnreadableTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The cut compared with the parent PIT: per table what to do, and what went.
 *
 * <p><i>Shape</i>: one entry a table of the cut, in the cut's order (sorted by name).
 *
 * @param failedBefore what the parent PIT has of the cut's unreadable tables, so that their files
 *     stay known
 */
record BackupPlan(
    Cut cut,
    Optional<CommittedPit> parent,
    List<TablePlan> tables,
    Map<TableName, TableEntry> failedBefore,
    DeletedInSource deleted) {

  static BackupPlan of(Cut cut, Optional<CommittedPit> parent, BackupRequest.Reuse reuse) {
    return of(cut, parent, reuse, List.of());
  }

  /**
   * The same where the parent has lost some.
   *
   * @param lost tables of the parent with objects that are nowhere any more
   */
  static BackupPlan of(
      Cut cut,
      Optional<CommittedPit> parent,
      BackupRequest.Reuse reuse,
      Collection<TableName> lost) {
    List<TableEntry> before = parent.map(pit -> pit.manifest().tables()).orElse(List.of());
    Matching matching = new Matching(before, cut);
    List<TablePlan> tables = new ArrayList<>();
    for (PinnedTable pinned : cut.tables()) {
      tables.add(planned(pinned, matching.take(pinned), reuse, lost));
    }
    Map<TableName, TableEntry> failedBefore = new LinkedHashMap<>();
    for (UnreadableTable unreadable : cut.unreadable()) {
      matching
          .takeByName(unreadable.name())
          .ifPresent(entry -> failedBefore.put(unreadable.name(), entry));
    }
    List<TableName> gone =
        matching.left().stream()
            .filter(entry -> entry.state().isPresent())
            .map(TableEntry::tableName)
            .toList();
    return new BackupPlan(
        cut, parent, tables, failedBefore, new DeletedInSource(gone, goneDatabases(cut, parent)));
  }

  /** Indexes of the tables that are to be stored. */
  List<Integer> changed() {
    return IntStream.range(0, tables.size())
        .filter(index -> !tables.get(index).isUnchanged())
        .boxed()
        .toList();
  }

  /** The same, with other plans for the same tables. */
  BackupPlan withTables(List<TablePlan> plans) {
    return new BackupPlan(cut, parent, plans, failedBefore, deleted);
  }

  private static TablePlan planned(
      PinnedTable pinned,
      Optional<TableEntry> before,
      BackupRequest.Reuse reuse,
      Collection<TableName> lost) {
    if (before.isEmpty()) {
      return new TablePlan(pinned, TablePlan.Change.NEW, before);
    }
    TableEntry entry = before.get();
    if (lost.contains(entry.tableName())) {
      return new TablePlan(pinned, TablePlan.Change.LOST, before);
    }
    boolean same =
        entry.status() != TableStatus.FAILED
            && entry.metadataLocation().equals(pinned.metadataLocation())
            && entry.lastUpdatedMs() == pinned.lastUpdatedMillis();
    boolean carriedOver = same && reuse == BackupRequest.Reuse.PARENT;
    return new TablePlan(
        pinned, carriedOver ? TablePlan.Change.UNCHANGED : TablePlan.Change.CHANGED, before);
  }

  private static List<DatabaseName> goneDatabases(Cut cut, Optional<CommittedPit> parent) {
    Set<DatabaseName> now =
        new HashSet<>(cut.databases().stream().map(DatabaseEntry::name).toList());
    return parent.stream()
        .flatMap(pit -> pit.manifest().databases().stream())
        .map(DatabaseEntry::name)
        .filter(name -> !now.contains(name))
        .toList();
  }

  /** All that an ancestor has and the source has no more: the parent's list, brought up to date. */
  List<DeletedObject> deletedObjects(Instant now) {
    if (parent.isEmpty()) {
      return List.of();
    }
    CommittedPit before = parent.get();
    Set<DatabaseName> databases =
        new HashSet<>(cut.databases().stream().map(DatabaseEntry::name).toList());
    Set<Optional<String>> cameBack = uuidsThatCameBack();
    List<DeletedObject> all = new ArrayList<>();
    for (DeletedObject object : before.manifest().deletedObjects()) {
      boolean isBack =
          object.name().isEmpty()
              ? databases.contains(object.database())
              : cameBack.contains(object.sourceObjectId());
      if (!isBack) {
        all.add(object);
      }
    }
    for (TableName table : deleted.tables()) {
      all.add(DeletedObject.ofTable(table, now, lastPitOf(table), uuidBefore(table)));
    }
    deleted.databases().forEach(name -> all.add(DeletedObject.ofDatabase(name, now, before.pit())));
    return all;
  }

  /**
   * UUIDs that a table has now and no table of the parent had. One that the parent has too was
   * there all the time, and the deleted table was only registered twice.
   */
  private Set<Optional<String>> uuidsThatCameBack() {
    Set<Optional<String>> back = new HashSet<>();
    tables.stream()
        .filter(table -> table.stateBefore().isEmpty())
        .forEach(table -> back.add(table.pinned().uuid()));
    parent.stream()
        .flatMap(pit -> pit.manifest().tables().stream())
        .filter(entry -> entry.state().isPresent())
        .forEach(entry -> back.remove(entry.uuid()));
    back.remove(Optional.<String>empty());
    return back;
  }

  /** The UUID that the parent has for a name. */
  Optional<String> uuidBefore(TableName table) {
    return before(table).flatMap(TableEntry::uuid);
  }

  /** The newest PIT that holds a table of the parent: an older one, where its backup had failed. */
  PitId lastPitOf(TableName table) {
    return before(table)
        .filter(entry -> entry.status() == TableStatus.FAILED)
        .flatMap(TableEntry::storedIn)
        .orElseGet(() -> parent.orElseThrow().pit());
  }

  private Optional<TableEntry> before(TableName table) {
    return parent.flatMap(pit -> pit.manifest().table(table));
  }

  /** Finds each table of the cut among the parent's; each of these is found once. */
  private static final class Matching {
    private final Map<TableName, TableEntry> left = new LinkedHashMap<>();
    private final Map<String, List<TableEntry>> byUuid = new HashMap<>();
    private final Map<TableName, Optional<String>> uuidNow = new HashMap<>();

    /** How many names have a UUID now that had another one, or none, before. */
    private final Map<String, Integer> newNames = new HashMap<>();

    Matching(List<TableEntry> before, Cut cut) {
      for (TableEntry entry : before) {
        left.put(entry.tableName(), entry);
        entry
            .uuid()
            .ifPresent(uuid -> byUuid.computeIfAbsent(uuid, any -> new ArrayList<>()).add(entry));
      }
      for (PinnedTable pinned : cut.tables()) {
        uuidNow.put(pinned.name(), pinned.uuid());
        if (sameName(pinned).isEmpty()) {
          pinned.uuid().ifPresent(uuid -> newNames.merge(uuid, 1, Integer::sum));
        }
      }
    }

    Optional<TableEntry> take(PinnedTable pinned) {
      Optional<TableEntry> found = sameName(pinned).or(() -> renamed(pinned));
      found.ifPresent(entry -> left.remove(entry.tableName()));
      return found;
    }

    private Optional<TableEntry> sameName(PinnedTable pinned) {
      return Optional.ofNullable(left.get(pinned.name())).filter(entry -> isSame(entry, pinned));
    }

    Optional<TableEntry> takeByName(TableName name) {
      return Optional.ofNullable(left.remove(name));
    }

    List<TableEntry> left() {
      return List.copyOf(left.values());
    }

    /** A table that failed before its UUID could be read is the same by its name. */
    private static boolean isSame(TableEntry entry, PinnedTable pinned) {
      return entry.uuid().equals(pinned.uuid())
          || (entry.status() == TableStatus.FAILED && entry.state().isEmpty());
    }

    /**
     * An entry of the same UUID whose own name has no table of that UUID any more. Of two names
     * that appeared at once with one UUID, neither is known to be the rename.
     */
    private Optional<TableEntry> renamed(PinnedTable pinned) {
      return pinned.uuid().stream()
          .filter(uuid -> newNames.get(uuid) == 1)
          .flatMap(uuid -> byUuid.getOrDefault(uuid, List.of()).stream())
          .filter(entry -> left.containsKey(entry.tableName()))
          .filter(
              entry ->
                  !uuidNow.getOrDefault(entry.tableName(), Optional.empty()).equals(entry.uuid()))
          // Of two names that went and had one UUID, the one with this very state.
          .min(
              Comparator.comparing(
                  entry -> !entry.metadataLocation().equals(pinned.metadataLocation())));
    }
  }
}
