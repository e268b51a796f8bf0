package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.Documents;
import io.bcn.format.InventoryRef;
import io.bcn.format.PitId;
import io.bcn.format.StoredFile;
import io.bcn.format.TableState;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The promise that a PIT is visible only when all that it names is stored, checked from below. */
final class WholePits {
  private final Storage storage;
  private final Set<StoredFile> checked = new HashSet<>();

  private WholePits(Storage storage) {
    this.storage = storage;
  }

  /** Ids of the committed PITs, oldest first, after a check of every byte that they name. */
  static List<PitId> of(Storage storage) {
    Optional<Repository> repository = Repository.find(storage);
    if (repository.isEmpty()) {
      return List.of();
    }
    WholePits whole = new WholePits(storage);
    assertThat(repository.get().lost()).isEmpty();
    List<CommittedPit> pits = repository.get().readable().toList();
    pits.forEach(whole::check);
    return pits.stream().map(CommittedPit::pit).sorted().toList();
  }

  private void check(CommittedPit pit) {
    assertThat(pit.manifest().complete()).as("%s is complete", pit.pit()).isTrue();
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
