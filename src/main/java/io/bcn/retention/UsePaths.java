package io.bcn.retention;

import io.bcn.format.PitId;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;

/** The ways from PITs to a few objects. */
final class UsePaths {
  private final Map<String, List<Reach.Named>> ofObject;
  private final Map<String, List<Reach.Named>> ofDocument;

  private UsePaths(
      Map<String, List<Reach.Named>> ofObject, Map<String, List<Reach.Named>> ofDocument) {
    this.ofObject = ofObject;
    this.ofDocument = ofDocument;
  }

  /** From the objects up: who names them, who names these, until it is PITs. */
  static UsePaths of(
      Set<String> objects,
      JavaRDD<Reach.Named> byPits,
      JavaRDD<Reach.Named> byStates,
      JavaRDD<Reach.Named> all) {
    Map<String, List<Reach.Named>> named = byKey(all, objects);
    Map<String, List<Reach.Named>> parts = byKey(byStates, namers(named));
    Set<String> states = namers(named);
    states.addAll(namers(parts));
    Map<String, List<Reach.Named>> documents = new HashMap<>(parts);
    documents.putAll(byKey(byPits, states));
    return new UsePaths(named, documents);
  }

  private static Map<String, List<Reach.Named>> byKey(
      JavaRDD<Reach.Named> named, Set<String> keys) {
    return named.filter(object -> keys.contains(object.key())).distinct().collect().stream()
        .collect(Collectors.groupingBy(Reach.Named::key));
  }

  private static Set<String> namers(Map<String, List<Reach.Named>> named) {
    return named.values().stream()
        .flatMap(Collection::stream)
        .map(Reach.Named::by)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  UseReport.Use use(GcSummary.Listed object) {
    List<Reach.Named> names = ofObject.get(object.key());
    Reach.Named name = Collections.min(names, Reach.Named.MOST_TELLING_FIRST);
    TreeSet<PitId> pits = new TreeSet<>();
    names.forEach(each -> addPits(each, pits));
    return new UseReport.Use(
        object.key(),
        name.kind(),
        object.bytes(),
        name.location(),
        pits.first(),
        pits.last(),
        List.copyOf(pits));
  }

  private void addPits(Reach.Named name, Set<PitId> pits) {
    PitId.tryParse(name.by())
        .ifPresentOrElse(
            pits::add,
            () -> ofDocument.getOrDefault(name.by(), List.of()).forEach(up -> addPits(up, pits)));
  }
}
