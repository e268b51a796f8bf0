package io.bcn.format;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * A table or a database that an ancestor PIT has and the source has no more.
 *
 * @param name the table, or empty where the database itself went
 * @param deletedAt when a backup first missed it
 * @param lastPitIncluded the newest PIT that has it
 * @param sourceObjectId the table's UUID, where it had one
 */
public record DeletedObject(
    DatabaseName database,
    Optional<String> name,
    Instant deletedAt,
    Instant lastPitIncluded,
    Optional<String> sourceObjectId)
    implements Comparable<DeletedObject> {
  private static final Comparator<DeletedObject> ORDER =
      Comparator.comparing(DeletedObject::database)
          .thenComparing(object -> object.name().orElse(""))
          .thenComparing(DeletedObject::deletedAt)
          .thenComparing(object -> object.sourceObjectId().orElse(""));

  public DeletedObject {
    Documents.required(database, "database");
    Documents.required(deletedAt, "deleted_at");
    Documents.required(lastPitIncluded, "last_pit_included");
    name = name == null ? Optional.empty() : name;
    sourceObjectId = sourceObjectId == null ? Optional.empty() : sourceObjectId;
  }

  public static DeletedObject ofTable(
      TableName table, Instant at, PitId last, Optional<String> uuid) {
    return new DeletedObject(
        table.database(), Optional.of(table.table()), at, last.timestamp(), uuid);
  }

  public static DeletedObject ofDatabase(DatabaseName database, Instant at, PitId last) {
    return new DeletedObject(database, Optional.empty(), at, last.timestamp(), Optional.empty());
  }

  @Override
  public int compareTo(DeletedObject other) {
    return ORDER.compare(this, other);
  }
}
