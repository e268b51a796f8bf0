package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.errors.NearNames;
import io.bcn.format.DeletedObject;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableTotals;
import io.bcn.format.ViewEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.LostPit;
import io.bcn.repository.Repository;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One table or view through all PITs: followed by its UUID, so under each name that it had, and by
 * its name, so with others that had the name.
 *
 * <p><i>Shape</i>: oldest PIT first; PITs from before the table are left out.
 *
 * @param type TABLE or VIEW: what had the name last
 * @param lostPits PITs whose manifest is damaged or gone: what they had is not known
 */
record TableHistory(
    String schemaVersion,
    String repository,
    TableName table,
    String type,
    Optional<String> uuid,
    List<State> states,
    List<PitId> lostPits) {

  /** The table or view in one PIT; a view has no numbers. */
  record State(
      PitId pit,
      TableName table,
      String type,
      Optional<String> uuid,
      ObjectStatus status,
      Optional<Integer> schemaVersion,
      Optional<Integer> formatVersion,
      TableTotals totals) {

    static State of(PitId pit, TableEntry entry) {
      return new State(
          pit,
          entry.tableName(),
          ObjectRow.TABLE,
          entry.uuid(),
          ObjectStatus.of(entry.status()),
          Optional.of(entry.schemaVersion()),
          Optional.of(entry.formatVersion()),
          entry.totals());
    }

    static State of(PitId pit, ViewEntry entry) {
      return new State(
          pit,
          entry.viewName(),
          ObjectRow.VIEW,
          entry.uuid(),
          ObjectStatus.of(entry.status()),
          Optional.empty(),
          Optional.empty(),
          TableTotals.NOTHING);
    }

    private static State deleted(PitId pit, State last) {
      return new State(
          pit,
          last.table(),
          last.type(),
          last.uuid(),
          ObjectStatus.DELETED,
          Optional.empty(),
          Optional.empty(),
          TableTotals.NOTHING);
    }
  }

  /**
   * Reads every PIT manifest, one at a time. <i>Fails</i> with NOT_FOUND where none has the table.
   */
  static TableHistory of(Repository repository, TableName table) {
    State newest = newest(repository, table);
    List<State> states = new ArrayList<>();
    try (Stream<CommittedPit> pits = repository.readable()) {
      pits.forEach(pit -> states.addAll(states(pit.manifest(), newest)));
    }
    Collections.reverse(states);
    return new TableHistory(
        "1",
        repository.storage().root(),
        table,
        newest.type(),
        newest.uuid(),
        states,
        repository.lost().stream().map(LostPit::pit).sorted().toList());
  }

  private static State newest(Repository repository, TableName table) {
    try (Stream<CommittedPit> pits = repository.readable()) {
      return pits.flatMap(pit -> all(pit.manifest()))
          .filter(state -> state.table().equals(table))
          .findFirst()
          .orElseThrow(() -> notFound(repository, table));
    }
  }

  private static Stream<State> all(PitManifest pit) {
    return Stream.concat(
        pit.tables().stream().map(table -> State.of(pit.pit(), table)),
        pit.views().stream().map(view -> State.of(pit.pit(), view)));
  }

  private static List<State> states(PitManifest pit, State newest) {
    List<State> here =
        all(pit)
            .filter(
                state ->
                    state.table().equals(newest.table())
                        || (newest.uuid().isPresent() && state.uuid().equals(newest.uuid())))
            .toList();
    boolean gone =
        here.isEmpty()
            && Stream.concat(pit.deletedObjects().stream(), pit.deletedViews().stream())
                .anyMatch(object -> is(object, newest));
    return gone ? List.of(State.deleted(pit.pit(), newest)) : here;
  }

  private static boolean is(DeletedObject object, State newest) {
    boolean sameName =
        object.database().equals(newest.table().database())
            && object.name().equals(Optional.of(newest.table().table()));
    return sameName || (newest.uuid().isPresent() && object.sourceObjectId().equals(newest.uuid()));
  }

  TableHistory ofStatus(ObjectStatus status) {
    return new TableHistory(
        schemaVersion,
        repository,
        table,
        type,
        uuid,
        states.stream().filter(state -> state.status() == status).toList(),
        lostPits);
  }

  private static BcnException notFound(Repository repository, TableName table) {
    List<TableName> names;
    try (Stream<CommittedPit> pits = repository.readable()) {
      names = pits.flatMap(pit -> all(pit.manifest())).map(State::table).distinct().toList();
    }
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot find table '%s' in repository '%s': no PIT has it"
            .formatted(table, repository.storage().root()),
        NearNames.question(table.toString(), names)
            .orElse("'bcn list' lists the tables of a PIT."));
  }
}
