package io.bcn.retention;

import io.bcn.format.Hold;
import io.bcn.format.PitId;
import io.bcn.format.TableEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Holds;
import io.bcn.repository.LostPit;
import io.bcn.repository.Repository;
import io.bcn.retention.ExpirySummary.Decided;
import io.bcn.retention.ExpirySummary.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decides which PITs stay, and why.
 *
 * <p>Rules count complete PITs: a run of incomplete ones must not push the last good state out.
 * Whatever the rules say, the newest complete PIT stays, all that is newer, the newest that has
 * tables (a source that was emptied must not take the last of them along), and what is held. What
 * is lost is left alone.
 *
 * <p><i>Shape</i>: a few hundred bytes a PIT; each manifest is read once.
 */
final class Retention {
  private final Repository repository;
  private final KeepRules rules;
  private final List<Fact> newestFirst = new ArrayList<>();
  private final Map<PitId, List<String>> reasons = new TreeMap<>();
  private final List<String> warnings = new ArrayList<>();

  private Retention(Repository repository, KeepRules rules) {
    this.repository = repository;
    this.rules = rules;
  }

  private record Fact(PitId pit, boolean complete, long tables) {
    static Fact of(CommittedPit pit) {
      List<TableEntry> tables = pit.manifest().tables();
      long stored = tables.stream().filter(table -> table.state().isPresent()).count();
      return new Fact(pit.pit(), pit.manifest().complete(), stored + pit.manifest().views().size());
    }
  }

  /** What becomes of each PIT, and what there is to warn of. */
  record Plan(List<Decided> pits, List<String> warnings) {
    List<PitId> expired() {
      return pits.stream()
          .filter(pit -> pit.decision() == Decision.EXPIRE)
          .map(Decided::pit)
          .toList();
    }
  }

  static Plan of(Repository repository, KeepRules rules) {
    return new Retention(repository, rules).plan();
  }

  private Plan plan() {
    repository
        .pits()
        .forEach(
            pit -> {
              if (pit instanceof LostPit lost) {
                warnings.add(
                    "PIT %s is lost, and left alone: %s".formatted(pit.pit(), lost.reason()));
              } else {
                newestFirst.add(Fact.of((CommittedPit) pit));
              }
            });
    List<PitId> complete = newestFirst.stream().filter(Fact::complete).map(Fact::pit).toList();
    rules.apply(
        complete.isEmpty() ? newestFirst.stream().map(Fact::pit).toList() : complete, this::keep);
    keepWhatAlwaysStays(complete.stream().findFirst());
    for (Hold hold : new Holds(repository).all()) {
      keep(
          new PitId(hold.pitTimestamp()),
          "held by %s since %s%s"
              .formatted(
                  hold.heldBy(),
                  hold.heldAt(),
                  hold.reason().isEmpty() ? "" : ": " + hold.reason()));
    }
    return new Plan(decided(), List.copyOf(warnings));
  }

  private void keepWhatAlwaysStays(Optional<PitId> newestComplete) {
    if (newestComplete.isEmpty() && !newestFirst.isEmpty()) {
      warnings.add("No PIT is complete, so the rules count incomplete ones.");
    }
    newestFirst.stream().map(Fact::pit).findFirst().ifPresent(pit -> keep(pit, "the newest PIT"));
    newestComplete.ifPresent(
        newest -> {
          newestFirst.stream()
              .map(Fact::pit)
              .filter(pit -> pit.compareTo(newest) > 0)
              .forEach(pit -> keep(pit, "newer than the newest complete PIT"));
          keep(newest, "the newest complete PIT");
        });
    newestFirst.stream()
        .filter(fact -> fact.tables() > 0)
        .filter(fact -> fact.complete() || newestComplete.isEmpty())
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

  private void keep(PitId pit, String reason) {
    reasons.computeIfAbsent(pit, any -> new ArrayList<>()).add(reason);
  }

  private List<Decided> decided() {
    List<Decided> decided = new ArrayList<>();
    boolean anyComplete = newestFirst.stream().anyMatch(Fact::complete);
    for (Fact fact : newestFirst) {
      List<String> why = reasons.getOrDefault(fact.pit(), List.of());
      Decision decision = why.isEmpty() ? Decision.EXPIRE : Decision.KEEP;
      if (why.isEmpty()) {
        why =
            List.of(
                fact.complete() || !anyComplete
                    ? "no rule keeps it"
                    : "not complete, and a newer PIT is");
      }
      decided.add(0, new Decided(fact.pit(), fact.complete(), fact.tables(), decision, why));
    }
    return decided;
  }
}
