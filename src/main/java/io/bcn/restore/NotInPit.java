package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.errors.NearNames;
import io.bcn.format.DatabaseName;
import io.bcn.format.DeletedObject;
import io.bcn.format.PitId;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The failure of a restore that names what its PIT does not have, and where to look instead. */
final class NotInPit {
  private NotInPit() {}

  static BcnException table(CommittedPit pit, TableName name, Collection<TableName> known) {
    return failure(
        "table",
        name.toString(),
        pit,
        deleted(
                pit,
                object ->
                    object.database().equals(name.database())
                        && object.name().equals(Optional.of(name.table())))
            .or(() -> renamed(pit, name))
            .or(() -> NearNames.question(name.toString(), known)));
  }

  static BcnException database(
      CommittedPit pit, DatabaseName name, Collection<DatabaseName> known) {
    return failure(
        "database",
        name.toString(),
        pit,
        deleted(pit, object -> object.database().equals(name))
            .or(() -> NearNames.question(name.toString(), known)));
  }

  private static Optional<String> deleted(CommittedPit pit, Predicate<DeletedObject> meant) {
    return Stream.concat(
            pit.manifest().deletedObjects().stream(), pit.manifest().deletedViews().stream())
        .filter(meant)
        .max(Comparator.comparing(DeletedObject::lastPitIncluded))
        .map(
            object ->
                "It was deleted in the source: use --include-deleted, or --pit %s, the last that has it."
                    .formatted(new PitId(object.lastPitIncluded())));
  }

  private static Optional<String> renamed(CommittedPit pit, TableName name) {
    return pit.manifest().tables().stream()
        .filter(table -> table.renamedFrom().equals(Optional.of(name)))
        .map(TableEntry::tableName)
        .findFirst()
        .map("It has a new name: --table %s."::formatted);
  }

  private static BcnException failure(
      String kind, String name, CommittedPit pit, Optional<String> hint) {
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot restore %s '%s': PIT %s does not have it".formatted(kind, name, pit.pit()),
        hint.orElseGet(() -> "'bcn list --pit %s' shows what it has.".formatted(pit.pit())));
  }
}
