package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitDamage;
import io.bcn.format.PitId;
import io.bcn.format.TableName;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which tables of which PITs a repair found to be lost. A help for who chooses: whatever is
 * restored is checked all the same, so a mark that is missing or out of date does no harm.
 */
public final class Losses {
  private final Repository repository;
  private final Storage storage;
  private final String catalog;

  public Losses(Repository repository) {
    this.repository = repository;
    this.storage = repository.storage();
    this.catalog = repository.scope().catalog();
  }

  /** Tables and views of the PIT that are lost, sorted by name. */
  public List<TableName> of(PitId pit) {
    ObjectKey key = Layout.damage(catalog, pit);
    try {
      return storage
          .read(key)
          .map(bytes -> Documents.read(PitDamage.class, bytes, repository.location(key)))
          .map(PitDamage::tables)
          .orElse(List.of());
    } catch (BcnException e) {
      if (e.code() != ErrorCode.DAMAGED) {
        throw e;
      }
      return List.of();
    }
  }

  /** The same of all PITs that have any, as listed. */
  public SortedMap<PitId, List<TableName>> all() {
    SortedMap<PitId, List<TableName>> all = new TreeMap<>();
    try (Stream<ObjectStat> objects = storage.list(Layout.pitManifests(catalog))) {
      objects
          .map(ObjectStat::key)
          .filter(key -> key.name().equals("damage.json"))
          .flatMap(key -> Repository.pitOf(key).stream())
          .forEach(pit -> all.put(pit, of(pit)));
    }
    all.values().removeIf(List::isEmpty);
    return all;
  }

  /** Says that these are lost, and no others; with none of them the mark goes. */
  public void mark(PitId pit, Collection<TableName> tables, Instant at, String runId) {
    ObjectKey key = Layout.damage(catalog, pit);
    if (tables.isEmpty()) {
      if (storage.stat(key).isPresent()) {
        storage.delete(key);
      }
      return;
    }
    if (!of(pit).equals(tables.stream().sorted().toList())) {
      storage.replace(
          key,
          Documents.write(
              new PitDamage(
                  Documents.FORMAT_VERSION, pit.timestamp(), at, runId, List.copyOf(tables))));
    }
  }
}
