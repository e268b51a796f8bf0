package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectRef;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.repository.Repository;
import io.bcn.table.DriverThreads;
import io.bcn.table.LocationMapping;
import io.bcn.table.Placement;
import io.bcn.table.StandingTable;
import io.bcn.table.TableTarget;
import io.bcn.table.TargetCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plans how tables of a PIT take the place of tables that exist.
 *
 * <p>A table that returns to its own name returns to its own folder, where its files are the very
 * ones that it needs; only missing and damaged ones are copied. Any other gets a new folder below
 * the table that it replaces, so that no file which that one uses is ever written. The folder's
 * name is made of the state and of what the catalog points at: a second try uses what the first
 * copied.
 */
final class ReplacePlanner {
  private static final int THREADS = 8;

  private final RestoreRequest request;
  private final Repository repository;
  private final TargetCatalog catalog;
  private final RestorePlanner planner;

  ReplacePlanner(
      RestoreRequest request,
      Repository repository,
      TargetCatalog catalog,
      RestorePlanner planner) {
    this.request = request;
    this.repository = repository;
    this.catalog = catalog;
    this.planner = planner;
  }

  /**
   * What is to be done.
   *
   * @param skipped targets that are in the PIT's state already and whose files are not looked at
   */
  record Replaces(List<TableRestore> tables, List<TableName> skipped, List<String> notices) {}

  private record One(Optional<TableRestore> restore, TableName target, List<String> notices) {}

  /**
   * Plans it, for all tables.
   *
   * <p><i>Fails</i> with UNSUPPORTED where a table can't be swapped, with USAGE where a standing
   * table would have to move.
   */
  Replaces plan(Map<TableEntry, TableName> targets) {
    if (!targets.isEmpty() && request.target().location().isPresent()) {
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot restore to '%s': %d of the tables exist, and a table that is replaced keeps its place"
              .formatted(request.target().location().get(), targets.size()),
          "Leave out --target-location or --if-exists replace.");
    }
    List<One> all;
    try (DriverThreads threads = new DriverThreads(THREADS)) {
      all = threads.map(targets.entrySet(), entry -> planned(entry.getKey(), entry.getValue()));
    }
    return new Replaces(
        all.stream().flatMap(one -> one.restore().stream()).toList(),
        all.stream().filter(one -> one.restore().isEmpty()).map(One::target).sorted().toList(),
        all.stream().flatMap(one -> one.notices().stream()).toList());
  }

  private One planned(TableEntry table, TableName name) {
    TableState state = repository.state(table.state().orElseThrow());
    catalog.checkHolds(name, state);
    StandingTable standing = catalog.standing(name);
    standing.checkReplaceable();
    List<String> notices = new ArrayList<>();
    planner.noticePartial(table, name, state).ifPresent(notices::add);
    Candidate candidate = new Candidate(table, name, state, standing);
    return returnsToItsFolder(table, name, state, standing)
        ? inPlace(candidate, notices)
        : below(candidate, notices);
  }

  /** One table and what it would replace. */
  private record Candidate(
      TableEntry table, TableName name, TableState state, StandingTable standing) {
    ObjectRef ref() {
      return table.state().orElseThrow();
    }
  }

  /** A partial backup's manifests are rewritten, and the whole table's lie in that folder. */
  private boolean returnsToItsFolder(
      TableEntry table, TableName name, TableState state, StandingTable standing) {
    if (!planner.returnsHome(table, name) || !state.coverage().equals(TableState.COVERS_ALL)) {
      return false;
    }
    String original = state.roots().get(0);
    return standing.liesAt(original)
        || (!catalog.keepsTablesInItsWarehouse()
            && catalog
                .tableThatLivesIn(new Placement(name, original, standing.fileIo()))
                .isEmpty());
  }

  private One inPlace(Candidate candidate, List<String> notices) {
    String folder = RestorePlanner.withoutSlash(candidate.state().roots().get(0));
    // The very spelling: a Hadoop catalog's own, or the PIT's.
    String location =
        catalog.keepsTablesInItsWarehouse()
            ? candidate.standing().location()
            : candidate.state().roots().get(0);
    TableTarget target = target(candidate, folder, candidate.standing().pointer(), "");
    byte[] stored = bytes(candidate);
    if (candidate.standing().isAt(stored, target, location)) {
      notices.add(
          "Table '%s' is in this PIT's state: its files are looked at, and those that are missing or damaged put back"
              .formatted(candidate.name()));
      return new One(
          Optional.of(restore(candidate, folder, target, new Ending.Checked(candidate.standing()))),
          candidate.name(),
          notices);
    }
    return replaced(candidate, folder, location, target, stored, notices);
  }

  private One below(Candidate candidate, List<String> notices) {
    StandingTable standing = candidate.standing();
    byte[] stored = bytes(candidate);
    if (isThere(candidate, stored)) {
      notices.add(
          "Table '%s' is as an earlier run of this restore left it".formatted(candidate.name()));
      return new One(Optional.empty(), candidate.name(), notices);
    }
    String uuid = request.uuids() == RestoreRequest.Uuids.KEPT ? "" : standing.uuid();
    String folder = folder(candidate, standing.pointer());
    RestorePlanner.checkMovable(
        candidate.table(),
        candidate.state(),
        RestorePlanner.mapping(candidate.state().roots(), folder),
        folder);
    return replaced(
        candidate,
        folder,
        standing.location(),
        target(candidate, folder, standing.pointer(), uuid),
        stored,
        notices);
  }

  /** Whether an earlier try registered the table, or put it in the place of another one. */
  private boolean isThere(Candidate candidate, byte[] stored) {
    StandingTable standing = candidate.standing();
    return catalog.isAsRegistered(candidate.name(), id(candidate).stem())
        || standing
            .note()
            .filter(
                pointer -> {
                  String uuid = request.uuids() == RestoreRequest.Uuids.KEPT ? "" : standing.uuid();
                  TableTarget then = target(candidate, folder(candidate, pointer), pointer, uuid);
                  return standing.isAt(stored, then, standing.location());
                })
            .isPresent();
  }

  private One replaced(
      Candidate candidate,
      String folder,
      String location,
      TableTarget target,
      byte[] stored,
      List<String> notices) {
    List<Long> lost = candidate.standing().snapshotsBeyond(stored, target.extent());
    notices.addAll(RestorePlanner.otherMentions(candidate.state(), candidate.name(), folder));
    return new One(
        Optional.of(
            restore(
                candidate,
                folder,
                target,
                new Ending.Replaced(candidate.standing(), location, lost))),
        candidate.name(),
        notices);
  }

  private TableTarget target(Candidate candidate, String folder, String pointer, String uuid) {
    LocationMapping mapping = RestorePlanner.mapping(candidate.state().roots(), folder);
    return planner.files(
        candidate.state(),
        new Placement(candidate.name(), folder, candidate.standing().fileIo()),
        mapping,
        id(candidate).at(pointer).metadataFile(folder, candidate.state().metadataLocation()),
        uuid);
  }

  private String folder(Candidate candidate, String pointer) {
    return "%s/restored-%s"
        .formatted(candidate.standing().location(), id(candidate).at(pointer).brief());
  }

  private RestoreId id(Candidate candidate) {
    return RestoreId.of(
        request, catalog.catalog().name(), candidate.name(), candidate.ref().sha256());
  }

  private byte[] bytes(Candidate candidate) {
    return Repository.bytes(repository.storage(), candidate.state().metadata());
  }

  private static TableRestore restore(
      Candidate candidate, String folder, TableTarget target, Ending ending) {
    return new TableRestore(
        candidate.table(),
        candidate.name(),
        folder,
        candidate.ref(),
        candidate.state().metadata(),
        candidate.state().metadataLocation(),
        target,
        ending);
  }
}
