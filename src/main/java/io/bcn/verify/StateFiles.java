package io.bcn.verify;

import io.bcn.format.InventoryRef;
import io.bcn.format.ObjectRef;
import io.bcn.format.StoredFile;
import io.bcn.format.TableState;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a table state's inventories have, by location.
 *
 * <p><i>Shape</i>: a few hundred bytes a file, of one table at a time and task; the last few that
 * were asked for are kept in each JVM.
 */
final class StateFiles {
  private static final int MOST_KEPT = 8;
  private static final Map<String, Map<String, StoredFile>> KEPT =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, StoredFile>> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private StateFiles() {}

  /** <i>Fails</i> with DAMAGED where the state or an inventory is not what was stored. */
  static Map<String, StoredFile> of(Storage storage, ObjectRef state) {
    String id = storage.root() + " " + state.key() + " " + state.sha256();
    synchronized (KEPT) {
      Map<String, StoredFile> kept = KEPT.get(id);
      if (kept != null) {
        return kept;
      }
      Map<String, StoredFile> read = read(storage, Repository.state(storage, state));
      KEPT.put(id, read);
      return read;
    }
  }

  /** Of two rows for a location the later part's counts. */
  private static Map<String, StoredFile> read(Storage storage, TableState state) {
    Map<String, StoredFile> files = new HashMap<>();
    for (InventoryRef part : state.inventories()) {
      InventoryReader.read(storage, part, file -> files.put(file.location(), file));
    }
    return files;
  }
}
