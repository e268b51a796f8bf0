package io.bcn.repository;

import io.bcn.format.DatabaseName;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.TableManifest;
import io.bcn.format.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What all PIT manifests of a repository tell together, each read once.
 *
 * @param newest the newest PIT, lost or not
 * @param newestReadable the newest PIT manifest that can be read
 * @param databases the properties of each database that a PIT has, as the newest of these has them
 * @param states which PITs changed which table, oldest first
 * @param expired PITs that are no more; table manifests may still name them
 */
record PitsTold(
    Optional<PitId> newest,
    Optional<PitManifest> newestReadable,
    Map<DatabaseName, Map<String, String>> databases,
    Map<TableName, List<TableManifest.State>> states,
    List<LostPit> lost,
    Set<PitId> expired) {

  static PitsTold of(Repository repository) {
    List<PitId> known = new ArrayList<>();
    List<PitManifest> newest = new ArrayList<>();
    List<LostPit> lost = new ArrayList<>();
    Set<PitId> expired = new TreeSet<>();
    Map<DatabaseName, Map<String, String>> databases = new TreeMap<>();
    Map<TableName, List<TableManifest.State>> states =
        TableStates.of(
            repository
                .history()
                .filter(pit -> !(pit instanceof ExpiredPit && expired.add(pit.pit())))
                .peek(pit -> known.add(pit.pit()))
                .flatMap(pit -> readable(pit, lost).stream())
                .peek(
                    manifest -> {
                      if (newest.isEmpty()) {
                        newest.add(manifest);
                      }
                      manifest
                          .databases()
                          .forEach(
                              entry -> databases.putIfAbsent(entry.name(), entry.properties()));
                    }));
    return new PitsTold(
        known.stream().findFirst(), newest.stream().findFirst(), databases, states, lost, expired);
  }

  private static Optional<PitManifest> readable(KnownPit pit, List<LostPit> lost) {
    if (pit instanceof LostPit gone) {
      lost.add(gone);
      return Optional.empty();
    }
    return Optional.of(((CommittedPit) pit).manifest());
  }

  /** Whether no manifest tells any more what the PIT had. */
  boolean isGone(PitId pit) {
    return expired.contains(pit) || isLost(pit);
  }

  boolean isLost(PitId pit) {
    return lost.stream().anyMatch(gone -> gone.pit().equals(pit));
  }

  /** A document that speaks of the newest PIT may know more than what can be read. */
  Repair.Stale ofNewest() {
    return newest.filter(this::isLost).isPresent() ? Repair.Stale.LEFT : Repair.Stale.REBUILT;
  }
}
