package io.bcn.cli;

import io.bcn.format.AbandonedPit;
import io.bcn.format.Documents;
import io.bcn.format.InProgress;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.repository.Repository;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The claims on a repository, dead and alive, and their end by hand. */
final class Claims {
  private Claims() {}

  /** All of them, oldest first. */
  static List<InProgress> of(Repository repository) {
    Storage storage = repository.storage();
    try (Stream<ObjectStat> objects =
        storage.list(Layout.pitManifests(repository.scope().catalog()))) {
      return objects
          .map(ObjectStat::key)
          .filter(key -> key.name().equals(".in_progress"))
          .flatMap(
              key ->
                  storage.read(key).stream()
                      .map(
                          bytes ->
                              Documents.read(InProgress.class, bytes, repository.location(key))))
          .sorted(Comparator.comparing(InProgress::pitTimestamp))
          .toList();
    }
  }

  /**
   * Ends one: first the mark of an abandoned PIT in the commit's place, created exclusively, so
   * that a holder that still runs cannot commit; where it had committed already, the mark is not
   * made.
   */
  static void release(Repository repository, InProgress claim, Clock clock) {
    PitId pit = new PitId(claim.pitTimestamp());
    String catalog = repository.scope().catalog();
    ObjectKey commit = Layout.pitManifest(catalog, pit);
    AbandonedPit mark =
        AbandonedPit.of(pit, clock.instant().truncatedTo(ChronoUnit.MILLIS), "unlock");
    repository.storage().create(commit, Documents.write(mark));
    repository.storage().delete(Layout.inProgress(catalog, pit));
  }
}
