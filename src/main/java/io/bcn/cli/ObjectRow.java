package io.bcn.cli;

import io.bcn.format.DatabaseName;
import io.bcn.format.DeletedObject;
import io.bcn.format.PitId;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.ViewEntry;
import java.util.Optional;

/**
 * One table or view of a PIT, or one that it has no more.
 *
 * @param lastPitIncluded of a DELETED one: the newest PIT to restore it from
 * @param snapshots and
 * @param files and
 * @param bytes of the state in this PIT; a DELETED one and a view have none
 */
record ObjectRow(
    DatabaseName database,
    String name,
    String type,
    ObjectStatus status,
    Optional<TableName> renamedFrom,
    Optional<PitId> lastPitIncluded,
    Optional<String> uuid,
    Optional<Long> snapshots,
    Optional<Long> files,
    Optional<Long> bytes,
    Optional<TableEntry.Failure> failure) {
  static final String TABLE = "TABLE";
  static final String VIEW = "VIEW";

  static ObjectRow of(TableEntry table) {
    return new ObjectRow(
        table.database(),
        table.name(),
        TABLE,
        ObjectStatus.of(table.status()),
        table.renamedFrom(),
        Optional.empty(),
        table.uuid(),
        Optional.of(table.totals().snapshots()),
        Optional.of(table.totals().files()),
        Optional.of(table.totals().bytes()),
        table.failure());
  }

  /** A view has no snapshots and no files of its own. */
  static ObjectRow of(ViewEntry view) {
    return new ObjectRow(
        view.database(),
        view.name(),
        VIEW,
        ObjectStatus.of(view.status()),
        view.renamedFrom(),
        Optional.empty(),
        view.uuid(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        view.failure());
  }

  static ObjectRow ofDeletedTable(DeletedObject table) {
    return deleted(table, TABLE);
  }

  static ObjectRow ofDeletedView(DeletedObject view) {
    return deleted(view, VIEW);
  }

  private static ObjectRow deleted(DeletedObject table, String type) {
    return new ObjectRow(
        table.database(),
        table.name().orElseThrow(),
        type,
        ObjectStatus.DELETED,
        Optional.empty(),
        Optional.of(new PitId(table.lastPitIncluded())),
        table.sourceObjectId(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  TableName table() {
    return new TableName(database, name);
  }
}
