package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Layout;
import io.bcn.format.PitId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The PITs that were committed, newest first; each manifest is read when it is reached.
 *
 * <p>A listing names candidates. One that can't be read is lost, and so is one that should be there
 * and is not: the parent of another PIT, or the {@code last_pit}. So that nobody takes an older
 * state for the newest, or what only a lost PIT reaches for garbage.
 */
final class KnownPits implements Iterator<KnownPit> {
  private final Repository repository;
  private final Deque<PitId> candidates;
  private final NavigableSet<PitId> expected = new TreeSet<>();
  private Optional<KnownPit> upcoming = Optional.empty();

  private KnownPits(Repository repository, List<PitId> candidates, Optional<PitId> expected) {
    this.repository = repository;
    this.candidates = new ArrayDeque<>(candidates);
    expected.ifPresent(this.expected::add);
  }

  static Stream<KnownPit> all(Repository repository) {
    return new KnownPits(repository, repository.candidates(), lastPit(repository)).stream();
  }

  /** Those of that time or before; of later ones no more than one is read. */
  static Stream<KnownPit> atOrBefore(Repository repository, Instant time) {
    List<PitId> all = repository.candidates();
    List<PitId> later = all.stream().filter(pit -> pit.timestamp().isAfter(time)).toList();
    Optional<PitId> expected =
        later.isEmpty()
            ? lastPit(repository)
            : oldestReadable(repository, later).flatMap(KnownPits::parent);
    return new KnownPits(
            repository,
            all.subList(later.size(), all.size()),
            expected.filter(pit -> !pit.timestamp().isAfter(time)))
        .stream();
  }

  private static Optional<PitId> lastPit(Repository repository) {
    return repository.manifest().lastPit().map(PitId::new);
  }

  /** The oldest of these that is a PIT, or was one; lost ones are passed over. */
  static Optional<KnownPit> oldestReadable(Repository repository, List<PitId> newestFirst) {
    for (int i = newestFirst.size() - 1; i >= 0; i--) {
      Optional<KnownPit> child = lookUp(repository, newestFirst.get(i));
      if (child.isPresent() && !(child.get() instanceof LostPit)) {
        return child;
      }
    }
    return Optional.empty();
  }

  /** The parent that it names; a lost one names none. */
  private static Optional<PitId> parent(KnownPit pit) {
    if (pit instanceof CommittedPit committed) {
      return committed.manifest().parent();
    }
    return pit instanceof ExpiredPit expired
        ? expired.mark().parentPit().map(PitId::new)
        : Optional.empty();
  }

  /** What stands under the id; empty where it was abandoned, or never was. */
  static Optional<KnownPit> lookUp(Repository repository, PitId pit) {
    try {
      return repository.known(pit);
    } catch (BcnException e) {
      if (e.code() != ErrorCode.DAMAGED) {
        throw e;
      }
      return Optional.of(LostPit.damaged(pit, location(repository, pit), e));
    }
  }

  private static String location(Repository repository, PitId pit) {
    return repository.location(Layout.pitManifest(repository.scope().catalog(), pit));
  }

  private Stream<KnownPit> stream() {
    int shape = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, shape), false);
  }

  @Override
  public boolean hasNext() {
    while (upcoming.isEmpty() && !(candidates.isEmpty() && expected.isEmpty())) {
      upcoming = step();
    }
    return upcoming.isPresent();
  }

  @Override
  public KnownPit next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    KnownPit pit = upcoming.orElseThrow();
    upcoming = Optional.empty();
    return pit;
  }

  private Optional<KnownPit> step() {
    if (candidates.isEmpty()
        || (!expected.isEmpty() && expected.last().compareTo(candidates.element()) > 0)) {
      PitId gone = expected.pollLast();
      return Optional.of(LostPit.missing(gone, location(repository, gone)));
    }
    PitId pit = candidates.remove();
    expected.remove(pit);
    Optional<KnownPit> found = lookUp(repository, pit);
    found.flatMap(KnownPits::parent).ifPresent(expected::add);
    return found;
  }
}
