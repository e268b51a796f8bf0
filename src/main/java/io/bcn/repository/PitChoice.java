package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/** Which PIT a user means. A lost one is never passed over in silence for an older one. */
final class PitChoice {
  private final Repository repository;
  private final String text;

  PitChoice(Repository repository, String text) {
    this.repository = repository;
    this.text = text;
  }

  /** See {@link Repository#select}. */
  CommittedPit choose() {
    if (text.equals("latest")) {
      return newestComplete(repository.pits()).orElseThrow(() -> notFound(noneToTake()));
    }
    Optional<PitId> id = PitId.tryParse(text);
    if (id.isPresent()) {
      return byId(id.get());
    }
    try {
      Instant time = Instant.parse(text);
      return newestComplete(KnownPits.atOrBefore(repository, time))
          .orElseThrow(() -> notFound(noneThatOld(time)));
    } catch (DateTimeParseException e) {
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot use PIT '%s': it is no PIT id, no ISO-8601 instant and not 'latest'"
              .formatted(text),
          "Give an id as 'bcn describe' prints it, or an instant like 2025-10-17T10:00:00Z.",
          e);
    }
  }

  private CommittedPit byId(PitId id) {
    KnownPit found =
        KnownPits.lookUp(repository, id)
            .or(() -> repository.pits().filter(pit -> pit.pit().equals(id)).findFirst())
            .orElseThrow(() -> notFound("no PIT has that id"));
    if (found instanceof CommittedPit committed) {
      return committed;
    }
    if (found instanceof ExpiredPit expired) {
      throw notFound(
          "it was expired at %s (run '%s')"
              .formatted(expired.mark().expiredAt(), expired.mark().expiredBy()));
    }
    throw ((LostPit) found)
        .prevents(
            what(),
            "Put its manifest back from a copy of the repository, or choose another PIT: 'bcn describe' lists them.");
  }

  private Optional<CommittedPit> newestComplete(Stream<KnownPit> newestFirst) {
    Iterator<KnownPit> pits = newestFirst.iterator();
    while (pits.hasNext()) {
      KnownPit pit = pits.next();
      if (pit instanceof LostPit lost) {
        throw lost.prevents(what(), instead(pits));
      }
      if (pit instanceof CommittedPit committed && isWhole(committed)) {
        return Optional.of(committed);
      }
    }
    return Optional.empty();
  }

  /** Complete, and none of its tables is known to be lost. */
  private boolean isWhole(CommittedPit pit) {
    return pit.manifest().complete() && new Losses(repository).of(pit.pit()).isEmpty();
  }

  private String instead(Iterator<KnownPit> older) {
    while (older.hasNext()) {
      if (older.next() instanceof CommittedPit pit && isWhole(pit)) {
        return "The newest complete PIT before it is --pit %s; it holds an older state."
            .formatted(pit.pit());
      }
    }
    return "No complete PIT before it can be read; put its manifest back from a copy of the repository.";
  }

  private String noneToTake() {
    return repository.pits().findAny().isEmpty()
        ? "the repository has no complete PIT yet"
        : "the repository has no PIT that is complete and whole";
  }

  private String noneThatOld(Instant time) {
    long expired =
        KnownPits.atOrBefore(repository, time).filter(ExpiredPit.class::isInstance).count();
    return expired == 0
        ? "no complete PIT is that old"
        : "no complete PIT is that old any more; %,d were expired".formatted(expired);
  }

  private String what() {
    return "use PIT '%s' of repository '%s'".formatted(text, repository.storage().root());
  }

  private BcnException notFound(String reason) {
    String root = repository.storage().root();
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot find PIT '%s' in repository '%s': %s".formatted(text, root, reason),
        "'bcn describe --repo %s' lists the PITs.".formatted(root));
  }
}
