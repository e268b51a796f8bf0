package io.bcn.retention;

import io.bcn.format.Hold;
import io.bcn.format.PitId;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Holds;
import io.bcn.repository.Losses;
import io.bcn.repository.LostPit;
import io.bcn.repository.Repository;
import io.bcn.retention.ExpirySummary.Decided;
import io.bcn.retention.ExpirySummary.Decision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides which PITs stay, and why.
 *
 * <p>Rules count the best PITs that there are: complete ones of which no table is known to be lost,
 * as {@code latest} does. A run of others must not push the last good state out. Whatever the rules
 * say, the newest of these stays, all that is newer, the newest that has tables (a source that was
 * emptied must not take the last of them along), and what is held. What is lost is left alone.
 *
 * <p><i>Shape</i>: a few hundred bytes a PIT; each manifest is read once.
 */
final class Retention {
  private final Repository repository;
  private final KeepRules rules;
  private final ExpiryRequest.LostPits lostPits;
  private final List<PitId> lost = new ArrayList<>();
  private final List<Fact> newestFirst = new ArrayList<>();
  private final Map<PitId, List<String>> reasons = new TreeMap<>();
  private final List<String> warnings = new ArrayList<>();

  private Retention(Repository repository, KeepRules rules, ExpiryRequest.LostPits lostPits) {
    this.repository = repository;
    this.rules = rules;
    this.lostPits = lostPits;
  }

  /** Best first. */
  private enum Standing {
    WHOLE,
    /** Complete when it was made; a repair found tables of it to be lost. */
    DAMAGED,
    INCOMPLETE
  }

  private record Fact(PitId pit, boolean complete, Standing standing, long tables) {
    static Fact of(CommittedPit pit, boolean damaged) {
      List<TableEntry> tables = pit.manifest().tables();
      long stored = tables.stream().filter(table -> table.state().isPresent()).count();
      boolean complete = pit.manifest().complete();
      Standing sound = damaged ? Standing.DAMAGED : Standing.WHOLE;
      return new Fact(
          pit.pit(),
          complete,
          complete ? sound : Standing.INCOMPLETE,
          stored + pit.manifest().views().size());
    }
  }

  /** What becomes of each PIT, and what there is to warn of. */
  record Plan(List<Decided> pits, List<PitId> lost, List<String> warnings) {
    /** The lost ones among them too. */
    List<PitId> expired() {
      return pits.stream()
          .filter(pit -> pit.decision() == Decision.EXPIRE)
          .map(Decided::pit)
          .toList();
    }
  }

  static Plan of(ExpiryRequest request) {
    return new Retention(request.repository(), request.rules(), request.lost()).plan();
  }

  private Plan plan() {
    SortedMap<PitId, List<TableName>> losses = new Losses(repository).all();
    Set<PitId> expired = new HashSet<>();
    repository
        .history()
        .forEach(
            pit -> {
              if (pit instanceof LostPit gone) {
                noteLost(gone);
              } else if (pit instanceof CommittedPit committed) {
                newestFirst.add(Fact.of(committed, losses.containsKey(pit.pit())));
              } else {
                expired.add(pit.pit());
              }
            });
    Standing best =
        newestFirst.stream()
            .map(Fact::standing)
            .min(Comparator.naturalOrder())
            .orElse(Standing.WHOLE);
    List<Fact> counted = newestFirst.stream().filter(fact -> fact.standing() == best).toList();
    rules.apply(counted.stream().map(Fact::pit).toList(), this::keep);
    keepWhatAlwaysStays(counted);
    warn(best, losses);
    new Holds(repository).all().forEach(hold -> keep(hold, expired));
    return new Plan(decided(best), List.copyOf(lost), List.copyOf(warnings));
  }

  private void noteLost(LostPit pit) {
    if (lostPits == ExpiryRequest.LostPits.GIVEN_UP) {
      lost.add(pit.pit());
    } else {
      warnings.add("PIT %s is lost, and left alone: %s".formatted(pit.pit(), pit.reason()));
    }
  }

  private void keepWhatAlwaysStays(List<Fact> counted) {
    newestFirst.stream().map(Fact::pit).findFirst().ifPresent(pit -> keep(pit, "the newest PIT"));
    Optional<PitId> newestComplete =
        counted.stream().filter(Fact::complete).map(Fact::pit).findFirst();
    newestComplete.ifPresent(
        newest -> {
          newestFirst.stream()
              .map(Fact::pit)
              .filter(pit -> pit.compareTo(newest) > 0)
              .forEach(pit -> keep(pit, "newer than the newest complete PIT"));
          keep(newest, "the newest complete PIT");
        });
    counted.stream()
        .filter(fact -> fact.tables() > 0)
        .map(Fact::pit)
        .findFirst()
        .filter(pit -> !newestComplete.equals(Optional.of(pit)))
        .ifPresent(
            pit -> {
              keep(pit, "the newest PIT that has tables");
              warnings.add(
                  "The newest complete PIT has no tables; PIT %s, the newest that has some, stays."
                      .formatted(pit));
            });
  }

  private void keep(Hold hold, Set<PitId> expired) {
    PitId pit = new PitId(hold.pitTimestamp());
    if (expired.contains(pit)) {
      warnings.add(
          "PIT %s is held and yet expired; 'bcn expire' puts it back, unless gc has collected it."
              .formatted(pit));
      return;
    }
    keep(
        pit,
        "held by %s since %s%s"
            .formatted(
                hold.heldBy(), hold.heldAt(), hold.reason().isEmpty() ? "" : ": " + hold.reason()));
  }

  private void keep(PitId pit, String reason) {
    reasons.computeIfAbsent(pit, any -> new ArrayList<>()).add(reason);
  }

  private void warn(Standing best, SortedMap<PitId, List<TableName>> losses) {
    if (best == Standing.INCOMPLETE) {
      warnings.add("No PIT is complete, so the rules count incomplete ones.");
    }
    if (best == Standing.DAMAGED) {
      warnings.add("All complete PITs have lost tables, so the rules count these.");
    }
    newestFirst.stream()
        .filter(fact -> best == Standing.WHOLE && fact.standing() == Standing.DAMAGED)
        .map(Fact::pit)
        .forEach(
            pit ->
                warnings.add(
                    "PIT %s has lost %,d tables, so the rules do not count it."
                        .formatted(pit, losses.get(pit).size())));
  }

  private List<Decided> decided(Standing best) {
    List<Decided> decided = new ArrayList<>();
    for (Fact fact : newestFirst) {
      List<String> why = reasons.getOrDefault(fact.pit(), List.of());
      Decision decision = why.isEmpty() ? Decision.EXPIRE : Decision.KEEP;
      if (why.isEmpty()) {
        why = List.of(fact.standing() == best ? "no rule keeps it" : whyNotCounted(fact));
      }
      decided.add(new Decided(fact.pit(), fact.complete(), fact.tables(), decision, why));
    }
    for (PitId pit : lost) {
      List<String> why = reasons.getOrDefault(pit, List.of());
      decided.add(
          why.isEmpty()
              ? new Decided(pit, false, 0, Decision.EXPIRE, List.of("lost, and given up"))
              : new Decided(pit, false, 0, Decision.KEEP, why));
    }
    decided.sort(Comparator.comparing(Decided::pit));
    return decided;
  }

  private static String whyNotCounted(Fact fact) {
    return fact.complete()
        ? "tables of it are lost, and a newer PIT is whole"
        : "not complete, and a newer PIT is";
  }
}
