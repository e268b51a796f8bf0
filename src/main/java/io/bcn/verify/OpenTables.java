package io.bcn.verify;

import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectRef;
import io.bcn.format.StoredFile;
import io.bcn.format.TableState;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.table.StoredScan;
import io.bcn.table.StoredTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Opens each table state from the repository, as Iceberg would after a restore, and reads every row
 * of every retained snapshot on executors. Nothing is registered, and nothing is written but
 * temporary files that go at once.
 *
 * <p>A data file is read once for each set of deletes that apply to it, however many snapshots,
 * states and PITs have both.
 *
 * <p><i>Shape</i>: states one after the other on the driver, which reads their manifests; files in
 * batches over all tables, so that there is no job per table.
 */
final class OpenTables {
  private static final int BATCH_FILES = 5_000;
  private static final long SLICE_BYTES = 64L << 20;
  private static final int SLICE_FILES = 64;
  private static final int MOST_NOTICES = 100;

  private final JavaSparkContext executors;
  private final Progress progress;
  private final Storage storage;
  private final Subset subset;
  private final Set<String> snapshotsSeen = new HashSet<>();
  private final Set<String> filesSeen = new HashSet<>();
  private final List<ReadRows.Item> batch = new ArrayList<>();
  private final Map<String, Damage> damages = new TreeMap<>();
  private final List<String> notices = new ArrayList<>();
  private long states;
  private long snapshots;
  private long files;
  private long rows;
  private long visible;

  OpenTables(JavaSparkContext executors, Progress progress, Storage storage, Subset subset) {
    this.executors = executors;
    this.progress = progress;
    this.storage = storage;
    this.subset = subset;
  }

  /** A table state, and what to call it. */
  record State(ObjectRef ref, String table) {}

  /**
   * Opens all of them.
   *
   * @param sound states whose documents are as they were stored
   */
  OpenedTables run(List<State> sound) {
    progress.step("Opening %,d table states".formatted(sound.size()));
    sound.forEach(this::open);
    flush();
    return new OpenedTables(
        new VerifySummary.Opened(states, snapshots, files, rows, visible),
        List.copyOf(damages.values()),
        notices.stream().limit(MOST_NOTICES).toList());
  }

  private void open(State of) {
    loaded(of).ifPresent(loaded -> open(of, loaded.state(), loaded.files()));
  }

  private record Loaded(TableState state, Map<String, StoredFile> files) {}

  /** Empty where its documents are damaged, which who followed them has told already. */
  private Optional<Loaded> loaded(State of) {
    try {
      TableState state = Repository.state(storage, of.ref());
      return Optional.of(new Loaded(state, StateFiles.of(storage, of.ref())));
    } catch (BcnException e) {
      var unused = Damage.unreadable(of.ref().key().value(), of.ref().sha256(), e);
      return Optional.empty();
    }
  }

  private void open(State of, TableState state, Map<String, StoredFile> stored) {
    try {
      StoredTable table = StoredTable.open(storage, state, stored);
      states++;
      if (table.isReadable()) {
        plan(of, state, table);
        return;
      }
      notices.add("Table %s is encrypted, and was not opened.".formatted(of.table()));
    } catch (BcnException e) {
      tell(of, state.metadata(), e);
    }
  }

  private void plan(State of, TableState state, StoredTable table) {
    try {
      for (StoredTable.StoredSnapshot snapshot : table.snapshots()) {
        if (snapshotsSeen.add(snapshot.identity())) {
          snapshots++;
          table.plan(snapshot, scan -> add(of, scan)).stream()
              .map(difference -> "Table %s: %s.".formatted(of.table(), difference))
              .forEach(notices::add);
        }
      }
    } catch (BcnException e) {
      tell(of, table.damaged().stream().findFirst().orElse(state.metadata()), e);
    }
  }

  /** An object whose bytes are not the stored ones was named already, by the look at each. */
  private void tell(State of, ObjectRef object, BcnException failure) {
    if (failure.code() != ErrorCode.DAMAGED) {
      throw failure;
    }
    add(
        new Damage(
            object.key().value(),
            object.sha256(),
            Problem.UNREADABLE,
            "table %s can't be opened: %s".formatted(of.table(), failure.getMessage())));
  }

  private void add(State of, StoredScan scan) {
    if (!subset.has(scan.object()) || !filesSeen.add(StoredTable.identity(scan))) {
      return;
    }
    batch.add(new ReadRows.Item(of.ref(), scan));
    if (batch.size() >= BATCH_FILES) {
      flush();
    }
  }

  private void add(Damage damage) {
    damages.putIfAbsent(damage.id(), damage);
  }

  private void flush() {
    if (batch.isEmpty()) {
      return;
    }
    long bytes = batch.stream().mapToLong(item -> item.scan().lengthBytes()).sum();
    int slices =
        (int)
            Math.max(
                1,
                Math.max(
                    bytes / SLICE_BYTES, (long) Math.ceil(batch.size() / (double) SLICE_FILES)));
    // By state, so that a task reads few inventories.
    batch.sort(Comparator.comparing(item -> item.state().key().value()));
    try (Progress.Moving moving = progress.moving("Reading rows", batch.size(), bytes)) {
      for (ReadRows.Outcome outcome :
          executors
              .parallelize(batch, slices)
              .mapPartitions(new ReadRows(storage, moving.filesDone(), moving.bytesDone()))
              .collect()) {
        rows += outcome.rows();
        visible += outcome.visible();
        outcome.damages().forEach(this::add);
      }
    }
    files += batch.size();
    batch.clear();
  }
}
