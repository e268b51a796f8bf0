package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.Documents;
import io.bcn.format.InventoryRef;
import io.bcn.format.PitId;
import io.bcn.format.StoredFile;
import io.bcn.format.TableEntry;
import io.bcn.format.TableState;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The promise that a PIT is visible only when all that it names is stored, checked from below. */
final class WholePits {
  private final Storage storage;
  private final Set<StoredFile> checked = new HashSet<>();

  private WholePits(Storage storage) {
    this.storage = storage;
  }

  /** Ids of the committed PITs, oldest first, after a check of every byte that they name. */
  static List<PitId> of(Storage storage) {
    List<PitId> complete = ofComplete(storage);
    Repository.find(storage).stream()
        .flatMap(Repository::readable)
        .forEach(pit -> assertThat(pit.manifest().complete()).as("%s", pit.pit()).isTrue());
    return complete;
  }

  /** The same where tables may have failed: of the complete PITs. */
  static List<PitId> ofComplete(Storage storage) {
    Optional<Repository> repository = Repository.find(storage);
    if (repository.isEmpty()) {
      return List.of();
    }
    WholePits whole = new WholePits(storage);
    assertThat(repository.get().lost()).isEmpty();
    List<CommittedPit> pits =
        repository.get().readable().filter(pit -> pit.manifest().complete()).toList();
    pits.forEach(whole::check);
    return pits.stream().map(CommittedPit::pit).sorted().toList();
  }

  /**
   * What each committed PIT gives back, as text: equal texts restore to equal tables, since they
   * name the same bytes of the same files of the same tables. To be called after {@link #of}.
   */
  static Map<PitId, String> contents(Storage storage) {
    Map<PitId, String> contents = new TreeMap<>();
    Repository.find(storage).stream()
        .flatMap(Repository::readable)
        .forEach(pit -> contents.put(pit.pit(), contents(storage, pit)));
    return contents;
  }

  private static String contents(Storage storage, CommittedPit pit) {
    Set<String> lines = new TreeSet<>();
    for (TableEntry table : pit.manifest().tables()) {
      TableState state = Repository.state(storage, table.state().orElseThrow());
      lines.add("table %s at %s".formatted(table.tableName(), state.metadataLocation()));
      for (InventoryRef part : state.inventories()) {
        InventoryReader.read(
            storage,
            part,
            file ->
                lines.add(
                    "%s: %s = %s".formatted(table.tableName(), file.location(), file.sha256())));
      }
    }
    pit.manifest()
        .views()
        .forEach(
            view ->
                lines.add(
                    "view %s at %s = %s"
                        .formatted(
                            view.name(),
                            view.metadataLocation(),
                            view.metadata().orElseThrow().sha256())));
    return String.join("\n", lines);
  }

  private void check(CommittedPit pit) {
    pit.manifest()
        .views()
        .forEach(view -> Repository.bytes(storage, view.metadata().orElseThrow()));
    pit.manifest()
        .tables()
        .forEach(
            table -> {
              TableState state = Repository.state(storage, table.state().orElseThrow());
              Repository.bytes(storage, state.metadata());
              for (InventoryRef part : state.inventories()) {
                InventoryReader.read(storage, part, this::check);
              }
            });
  }

  private void check(StoredFile file) {
    if (!checked.add(file)) {
      return;
    }
    Optional<byte[]> bytes = storage.read(file.key());
    assertThat(bytes).as("%s of %s", file.key(), file.location()).isPresent();
    assertThat((long) bytes.get().length).isEqualTo(file.lengthBytes());
    assertThat(Documents.sha256(bytes.get())).isEqualTo(file.sha256());
  }
}
