package io.bcn.cli;

import io.bcn.format.DatabaseName;
import io.bcn.format.DeletedObject;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What one PIT holds, and what it has no more: the result of {@code list}.
 *
 * <p><i>Shape</i>: sorted by name; a table that was dropped and made again stands in it twice.
 */
record PitListing(
    String schemaVersion,
    String repository,
    PitId pit,
    Instant pitTimestamp,
    boolean complete,
    String coverage,
    List<DatabaseRow> databases,
    List<ObjectRow> objects,
    List<SkippedObject> skippedObjects) {

  static PitListing of(Repository repository, CommittedPit committed) {
    PitManifest manifest = committed.manifest();
    Optional<PitManifest> parent =
        manifest.parent().flatMap(repository::findReadable).map(CommittedPit::manifest);
    List<ObjectRow> objects =
        Stream.of(
                manifest.tables().stream().map(ObjectRow::of),
                manifest.views().stream().map(ObjectRow::of),
                manifest.deletedObjects().stream()
                    .filter(object -> object.name().isPresent())
                    .sorted(Comparator.comparing(DeletedObject::lastPitIncluded).reversed())
                    .map(ObjectRow::ofDeletedTable),
                manifest.deletedViews().stream()
                    .sorted(Comparator.comparing(DeletedObject::lastPitIncluded).reversed())
                    .map(ObjectRow::ofDeletedView))
            .flatMap(rows -> rows)
            .sorted(Comparator.comparing(ObjectRow::table))
            .toList();
    return new PitListing(
        "1",
        repository.storage().root(),
        committed.pit(),
        manifest.pitTimestamp(),
        manifest.complete(),
        repository.coverage(),
        DatabaseRow.all(manifest, parent),
        objects,
        manifest.skippedObjects());
  }

  /** Whether the PIT, or an ancestor, has the database. */
  boolean knows(DatabaseName database) {
    return databases.stream().anyMatch(row -> row.name().isWithin(database))
        || objects.stream().anyMatch(row -> row.database().isWithin(database));
  }

  /** With what is nested in the database. */
  PitListing ofDatabase(DatabaseName database) {
    return where(
        row -> row.name().isWithin(database),
        row -> row.database().isWithin(database),
        skipped -> skipped.name().database().isWithin(database));
  }

  PitListing ofStatus(ObjectStatus status) {
    return where(row -> row.status() == status, row -> row.status() == status, skipped -> false);
  }

  private PitListing where(
      Predicate<DatabaseRow> database,
      Predicate<ObjectRow> object,
      Predicate<SkippedObject> skipped) {
    return new PitListing(
        schemaVersion,
        repository,
        pit,
        pitTimestamp,
        complete,
        coverage,
        databases.stream().filter(database).toList(),
        objects.stream().filter(object).toList(),
        skippedObjects.stream().filter(skipped).toList());
  }
}
