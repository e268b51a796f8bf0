package io.bcn.verify;

import io.bcn.format.PitId;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;

/**
 * The ways from a few damaged objects up to PITs: who names them, who names these.
 *
 * <p><i>Shape</i>: grows with the PITs that the objects hit, not with files.
 */
final class Hits {
  private final Map<String, List<Expected>> namers = new HashMap<>();

  private Hits() {}

  static Hits of(
      List<Damage> damages,
      JavaRDD<Expected> byParts,
      JavaRDD<Expected> byStates,
      JavaRDD<Expected> byPits) {
    Hits hits = new Hits();
    Set<String> wanted = damages.stream().map(Damage::id).collect(Collectors.toSet());
    for (JavaRDD<Expected> level : List.of(byParts, byStates, byPits)) {
      wanted.addAll(hits.addNamersOf(Set.copyOf(wanted), level));
    }
    return hits;
  }

  private Set<String> addNamersOf(Set<String> ids, JavaRDD<Expected> level) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    List<Expected> found = level.filter(object -> ids.contains(object.id())).collect();
    found.forEach(object -> namers.merge(object.id(), List.of(object), Hits::both));
    return found.stream().map(Expected::by).collect(Collectors.toSet());
  }

  private static List<Expected> both(List<Expected> some, List<Expected> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  Finding finding(Damage damage) {
    Set<PitId> pits = new TreeSet<>();
    Set<String> tables = new TreeSet<>();
    follow(damage.id(), pits, tables);
    // The metadata file of one PIT is in the metadata log of the next.
    Expected object =
        Collections.min(
            namers.get(damage.id()),
            Comparator.comparing(Expected::kind).thenComparing(Expected::location));
    return new Finding(
        damage.key(),
        object.kind(),
        object.location(),
        damage.sha256(),
        damage.problem(),
        damage.message(),
        List.copyOf(tables),
        List.copyOf(pits),
        pits.stream().findFirst(),
        hint(damage, object));
  }

  /** Each PIT and table that needs it. */
  List<Verified.Need> needs(Damage damage) {
    Set<Verified.Need> needs = new LinkedHashSet<>();
    follow(damage.id(), needs);
    return List.copyOf(needs);
  }

  private void follow(String id, Set<Verified.Need> needs) {
    for (Expected object : namers.getOrDefault(id, List.of())) {
      if (object.table().isEmpty()) {
        follow(object.by(), needs);
      } else {
        needs.add(new Verified.Need(PitId.parse(object.by()), object.table()));
      }
    }
  }

  private void follow(String id, Set<PitId> pits, Set<String> tables) {
    for (Expected object : namers.getOrDefault(id, List.of())) {
      if (object.table().isEmpty()) {
        follow(object.by(), pits, tables);
      } else {
        pits.add(PitId.parse(object.by()));
        tables.add(object.table());
      }
    }
  }

  private static String hint(Damage damage, Expected object) {
    String below =
        object.isLeaf() ? "" : " What it names could not be looked at: run verify again then.";
    return "Put the object with sha256 %s back from a copy of the repository.%s Until then restore other PITs, or leave these tables out with --exclude; 'bcn backup --full' stores the source's tables anew."
        .formatted(damage.sha256(), below);
  }
}
