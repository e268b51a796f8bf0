package io.bcn.table;

import io.bcn.format.ObjectRef;
import io.bcn.format.StoredFile;
import io.bcn.format.TableState;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;

/**
 * A table that Iceberg opens from a repository's objects: no catalog knows of it, and nothing is
 * copied.
 */
public final class StoredTable {
  private static final String RECORDS = "total-records";
  private static final String FILES = "total-data-files";

  private final StoredFileIo io;
  private final TableState state;
  private final BaseTable table;

  private StoredTable(StoredFileIo io, TableState state, BaseTable table) {
    this.io = io;
    this.state = state;
    this.table = table;
  }

  /**
   * Opens it.
   *
   * @param files what the state's inventories have, by location
   *     <p><i>Fails</i> with DAMAGED where its metadata file is not what was stored, or is none.
   */
  public static StoredTable open(Storage storage, TableState state, Map<String, StoredFile> files) {
    StoredFileIo io = new StoredFileIo(storage, files);
    try {
      InputFile file = io.newInputFile(state.metadataLocation());
      checkUnpacks(file);
      TableMetadata metadata = TableMetadataParser.read(file);
      return new StoredTable(
          io, state, new BaseTable(new StaticTableOperations(metadata, io), state.name()));
    } catch (IOException | RuntimeException e) {
      throw failure(state.metadataLocation(), e);
    }
  }

  /** Iceberg unpacks without a limit. */
  private static void checkUnpacks(InputFile metadata) throws IOException {
    try (InputStream in = metadata.newStream()) {
      var unused = MetadataFile.parse(metadata.location(), in.readAllBytes());
    }
  }

  private static RuntimeException failure(String location, Exception e) {
    return Damage.of("table metadata", location, e);
  }

  /** Whether rows can be read at all: of an encrypted table nobody here has the keys. */
  public boolean isReadable() {
    return !table.properties().containsKey("encryption.key-id");
  }

  /** The stored manifest list of each retained snapshot; two of one table never share one. */
  public List<StoredSnapshot> snapshots() {
    List<StoredSnapshot> snapshots = new ArrayList<>();
    for (Snapshot snapshot : table.snapshots()) {
      String list = snapshot.manifestListLocation();
      snapshots.add(
          new StoredSnapshot(
              snapshot.snapshotId(),
              Optional.ofNullable(list)
                  .flatMap(io::find)
                  .map(file -> file.key().value())
                  .orElse(state.metadata().key() + "#" + snapshot.snapshotId())));
    }
    return snapshots;
  }

  /** A retained snapshot, and what tells it from all others in the repository. */
  public record StoredSnapshot(long id, String identity) {}

  /**
   * Plans the reading of a snapshot, each data file with its deletes.
   *
   * @return what there is to say of its totals: empty where they are those of its summary
   *     <p><i>Fails</i> with DAMAGED where a manifest is not what was stored.
   */
  public List<String> plan(StoredSnapshot snapshot, Consumer<StoredScan> scans) {
    long records = 0;
    long count = 0;
    Set<String> seen = new HashSet<>();
    boolean whole = state.coverage().equals(TableState.COVERS_ALL);
    String mapping = table.properties().getOrDefault(TableProperties.DEFAULT_NAME_MAPPING, "");
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().useSnapshot(snapshot.id()).includeColumnStats().planFiles()) {
      for (FileScanTask task : tasks) {
        String location = task.file().location();
        Optional<StoredFile> file = io.find(location);
        if (file.isEmpty() && !whole) {
          // What a partial backup does not cover.
          continue;
        }
        StoredFile stored = file.orElseThrow(() -> missing(location));
        if (seen.add(location)) {
          records += task.file().recordCount();
          count++;
        }
        scans.accept(
            new StoredScan(task, stored.key().value(), location, stored.lengthBytes(), mapping));
      }
    } catch (IOException e) {
      throw Damage.of("snapshot", String.valueOf(snapshot.id()), e);
    } catch (RuntimeException e) {
      throw failure("snapshot " + snapshot.id() + " of " + state.metadataLocation(), e);
    }
    return whole ? differences(snapshot, records, count) : List.of();
  }

  private static RuntimeException missing(String location) {
    return Damage.of("data file", location, "no inventory of the table's state has it");
  }

  private List<String> differences(StoredSnapshot snapshot, long records, long files) {
    Map<String, String> summary = table.snapshot(snapshot.id()).summary();
    List<String> differences = new ArrayList<>();
    compare(summary, RECORDS, records, differences);
    compare(summary, FILES, files, differences);
    return differences.stream()
        .map(text -> "Snapshot %d: %s".formatted(snapshot.id(), text))
        .toList();
  }

  private static void compare(
      Map<String, String> summary, String key, long found, List<String> differences) {
    String said = summary == null ? null : summary.get(key);
    if (said != null && !said.equals(String.valueOf(found))) {
      differences.add(
          "its summary says %s=%s, and its manifests have %d".formatted(key, said, found));
    }
  }

  /** Objects that were found to be other than they were stored, while it was opened or planned. */
  public List<ObjectRef> damaged() {
    return io.broken().stream()
        .map(broken -> new ObjectRef(broken.file().key(), broken.file().sha256()))
        .toList();
  }

  /** Tells a data file with these deletes from itself with others. */
  public static String identity(StoredScan scan) {
    StringBuilder identity = new StringBuilder(scan.object());
    for (DeleteFile delete : scan.task().deletes()) {
      identity.append(' ').append(delete.location()).append('@').append(delete.contentOffset());
    }
    return identity.toString();
  }
}
