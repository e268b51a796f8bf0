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
import io.bcn.repository.CommittedPit;
import io.bcn.repository.LostPit;
import io.bcn.repository.Repository;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One table through all PITs: followed by its UUID, so under each name that it had, and by its
 * name, so with others that had the name.
 *
 * <p><i>Shape</i>: oldest PIT first; PITs from before the table are left out.
 *
 * @param lostPits PITs whose manifest is damaged or gone: what they had is not known
 */
record TableHistory(
    String schemaVersion,
    String repository,
    TableName table,
    Optional<String> uuid,
    List<State> states,
    List<PitId> lostPits) {

  /** The table in one PIT. */
  record State(
      PitId pit,
      TableName table,
      Optional<String> uuid,
      ObjectStatus status,
      Optional<Integer> schemaVersion,
      Optional<Integer> formatVersion,
      TableTotals totals) {

    static State of(PitId pit, TableEntry entry) {
      return new State(
          pit,
          entry.tableName(),
          entry.uuid(),
          ObjectStatus.of(entry.status()),
          Optional.of(entry.schemaVersion()),
          Optional.of(entry.formatVersion()),
          entry.totals());
    }

    static State deleted(PitId pit, TableName table, Optional<String> uuid) {
      return new State(
          pit,
          table,
          uuid,
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
    TableEntry newest = newest(repository, table);
    List<State> states = new ArrayList<>();
    try (Stream<CommittedPit> pits = repository.readable()) {
      pits.forEach(pit -> states.addAll(states(pit.manifest(), table, newest.uuid())));
    }
    Collections.reverse(states);
    return new TableHistory(
        "1",
        repository.storage().root(),
        table,
        newest.uuid(),
        states,
        repository.lost().stream().map(LostPit::pit).sorted().toList());
  }

  private static TableEntry newest(Repository repository, TableName table) {
    try (Stream<CommittedPit> pits = repository.readable()) {
      return pits.flatMap(pit -> pit.manifest().table(table).stream())
          .findFirst()
          .orElseThrow(() -> notFound(repository, table));
    }
  }

  private static List<State> states(PitManifest pit, TableName table, Optional<String> uuid) {
    List<State> here =
        pit.tables().stream()
            .filter(
                entry ->
                    entry.tableName().equals(table)
                        || (uuid.isPresent() && entry.uuid().equals(uuid)))
            .map(entry -> State.of(pit.pit(), entry))
            .toList();
    boolean gone =
        here.isEmpty() && pit.deletedObjects().stream().anyMatch(object -> is(object, table, uuid));
    return gone ? List.of(State.deleted(pit.pit(), table, uuid)) : here;
  }

  private static boolean is(DeletedObject object, TableName table, Optional<String> uuid) {
    boolean sameName =
        object.database().equals(table.database())
            && object.name().equals(Optional.of(table.table()));
    return sameName || (uuid.isPresent() && object.sourceObjectId().equals(uuid));
  }

  TableHistory ofStatus(ObjectStatus status) {
    return new TableHistory(
        schemaVersion,
        repository,
        table,
        uuid,
        states.stream().filter(state -> state.status() == status).toList(),
        lostPits);
  }

  private static BcnException notFound(Repository repository, TableName table) {
    List<TableName> names;
    try (Stream<CommittedPit> pits = repository.readable()) {
      names =
          pits.flatMap(pit -> pit.manifest().tables().stream())
              .map(TableEntry::tableName)
              .distinct()
              .toList();
    }
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot find table '%s' in repository '%s': no PIT has it"
            .formatted(table, repository.storage().root()),
        NearNames.question(table.toString(), names)
            .orElse("'bcn list' lists the tables of a PIT."));
  }
}
