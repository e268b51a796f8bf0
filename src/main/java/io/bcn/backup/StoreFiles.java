package io.bcn.backup;

import io.bcn.copy.FewAtOnce;
import io.bcn.copy.FileCopy;
import io.bcn.copy.FileProblem;
import io.bcn.copy.FileRow;
import io.bcn.copy.Routes;
import io.bcn.copy.StoreCopies;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.format.InventoryRef;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.StoredFile;
import io.bcn.repository.InventoryWriter;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.ObjectWriter;
import io.bcn.storage.Storage;
import io.bcn.table.SourceFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;

/**
 * One copy task of a backup, on an executor: stores its files, then an inventory part for each
 * table that it touched.
 *
 * <p>A part is written after the objects that it names, so parts are also the journal by which a
 * later run finds what a dead one copied (promise 3). Object names depend on the source location
 * alone, so that a repeated task writes the same objects; parts are named by the attempt, so that a
 * late attempt can't change what the driver was told.
 */
final class StoreFiles implements FlatMapFunction<Iterator<FileRow>, StoredPart> {
  private static final long serialVersionUID = 1L;
  private static final int ROWS_PER_PART = 200_000;

  private final SourceFiles source;
  private final Storage storage;
  private final Broadcast<StoreCopies> copies;
  private final Broadcast<Map<Integer, String>> tablePits;
  private final LongAccumulator filesDone;
  private final LongAccumulator bytesDone;
  private final int threads;

  StoreFiles(
      SourceFiles source,
      Storage storage,
      Broadcast<StoreCopies> copies,
      Broadcast<Map<Integer, String>> tablePits,
      LongAccumulator filesDone,
      LongAccumulator bytesDone,
      int threads) {
    this.source = source;
    this.storage = storage;
    this.copies = copies;
    this.tablePits = tablePits;
    this.filesDone = filesDone;
    this.bytesDone = bytesDone;
    this.threads = threads;
  }

  @Override
  public Iterator<StoredPart> call(Iterator<FileRow> rows) {
    Map<Integer, Collected> byTable = new LinkedHashMap<>();
    FewAtOnce.forEach(
        threads,
        rows,
        this::store,
        outcome -> byTable.computeIfAbsent(outcome.row.table(), Collected::new).add(outcome));
    return byTable.values().stream().map(Collected::finished).iterator();
  }

  /** One file's outcome; exactly one of the three lists has an element. */
  private record Outcome(
      FileRow row,
      List<StoredFile> stored,
      List<String> missing,
      List<FileProblem> problems,
      Routes routes) {

    static Outcome stored(FileRow row, StoredFile file, Routes routes) {
      return new Outcome(row, List.of(file), List.of(), List.of(), routes);
    }

    static Outcome missing(FileRow row) {
      return new Outcome(row, List.of(), List.of(row.location()), List.of(), Routes.NOTHING);
    }

    static Outcome problem(FileRow row, FileProblem problem) {
      return new Outcome(row, List.of(), List.of(), List.of(problem), Routes.NOTHING);
    }
  }

  private Outcome store(FileRow row) {
    if (!row.problem().isEmpty()) {
      return Outcome.problem(row, FileProblem.parse(row.problem()));
    }
    if (row.vouched()) {
      return Outcome.stored(row, known(row), Routes.NOTHING);
    }
    try {
      Optional<StoredFile> adopted = row.isStored() ? adopted(row) : Optional.empty();
      return adopted.isPresent() ? Outcome.stored(row, adopted.get(), Routes.NOTHING) : copied(row);
    } catch (BcnException e) {
      if (e.code() == ErrorCode.SOURCE_MISSING && row.kind() == FileKind.METADATA_LOG) {
        return Outcome.missing(row);
      }
      return Outcome.problem(row, FileProblem.of(e));
    } catch (IOException | RuntimeException e) {
      // File systems and FileIOs have exceptions of many types for one file that can't be read.
      return Outcome.problem(
          row,
          new FileProblem(
              ErrorCode.FAILED,
              "Cannot read source file '%s': %s".formatted(row.location(), e),
              "Run the backup again: what was copied is used."));
    }
  }

  private static StoredFile known(FileRow row) {
    return new StoredFile(
        row.location(), new ObjectKey(row.key()), row.kind(), row.lengthBytes(), row.sha256());
  }

  private Outcome copied(FileRow row) throws IOException {
    ObjectKey key =
        Layout.object(new ObjectKey(tablePits.value().get(row.table())), row.location());
    Optional<FileCopy.Copied> byStore =
        source.object(row).flatMap(object -> copies.value().copy(object, row.lengthBytes(), key));
    FileCopy.Copied copied = byStore.isPresent() ? byStore.get() : streamed(row, key);
    long bytes = copied.lengthBytes();
    return Outcome.stored(
        row,
        new StoredFile(row.location(), key, row.kind(), bytes, copied.sha256()),
        byStore.isPresent() ? Routes.byStore(bytes) : Routes.streamed(bytes));
  }

  private FileCopy.Copied streamed(FileRow row, ObjectKey key) throws IOException {
    try (InputStream in = source.open(row);
        ObjectWriter out = storage.write(key)) {
      FileCopy.Copied copied = FileCopy.copy(in, out);
      checkLength(row, copied.lengthBytes());
      out.commit();
      return copied;
    }
  }

  /** A data file of another length than its manifest says is not the file that the table means. */
  private static void checkLength(FileRow row, long lengthBytes) {
    boolean said = row.lengthBytes() != FileRow.UNKNOWN_LENGTH;
    // Tools are known to leave a stale length of a delete file in a manifest; Iceberg reads such
    // tables.
    if (said && row.lengthBytes() != lengthBytes && row.kind() != FileKind.POSITION_DELETES) {
      throw new BcnException(
          ErrorCode.SOURCE_MISSING,
          "Cannot back up '%s': it has %d bytes and the table says %d"
              .formatted(row.location(), lengthBytes, row.lengthBytes()),
          "The source file was changed or cut off; restore the table from an earlier PIT or mend it.");
    }
  }

  /**
   * What a dead backup copied, if it is still there as it was. Its bytes are read and hashed, which
   * costs less than another copy: nobody looked at them since.
   */
  private Optional<StoredFile> adopted(FileRow row) throws IOException {
    ObjectKey key = new ObjectKey(row.key());
    Optional<Long> length =
        storage
            .stat(key)
            .map(ObjectStat::lengthBytes)
            .filter(
                found -> row.lengthBytes() == FileRow.UNKNOWN_LENGTH || found == row.lengthBytes());
    if (length.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = storage.open(key)) {
      FileCopy.Copied read = FileCopy.read(in);
      return read.sha256().equals(row.sha256())
          ? Optional.of(
              new StoredFile(row.location(), key, row.kind(), read.lengthBytes(), row.sha256()))
          : Optional.empty();
    } catch (BcnException e) {
      if (e.code() == ErrorCode.DAMAGED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What a task did for one table so far. */
  private final class Collected {
    private final List<StoredFile> rows = new ArrayList<>();
    private StoredPart done;
    private int partsWritten;

    Collected(int table) {
      this.done = StoredPart.nothing(table);
    }

    void add(Outcome outcome) {
      rows.addAll(outcome.stored);
      long bytes = outcome.stored.stream().mapToLong(StoredFile::lengthBytes).sum();
      boolean known = outcome.row.vouched();
      if (!known) {
        filesDone.add(1);
        bytesDone.add(bytes);
      }
      done =
          done.plus(
              new StoredPart(
                  done.table(),
                  List.of(),
                  outcome.stored.stream().filter(file -> file.kind() == FileKind.METADATA).toList(),
                  outcome.missing,
                  outcome.problems,
                  outcome.problems.size(),
                  known ? 1 : 0,
                  known ? bytes : 0,
                  outcome.routes,
                  List.of()));
      if (rows.size() >= ROWS_PER_PART) {
        flush();
      }
    }

    StoredPart finished() {
      if (!rows.isEmpty()) {
        flush();
      }
      return done;
    }

    private void flush() {
      ObjectKey folder = Layout.inventory(new ObjectKey(tablePits.value().get(done.table())));
      String name =
          "part-%d-%d.parquet".formatted(TaskContext.get().taskAttemptId(), partsWritten++);
      try {
        InventoryRef ref = InventoryWriter.write(storage, folder.resolve(name), rows);
        rows.clear();
        done =
            done.plus(
                new StoredPart(
                    done.table(),
                    List.of(ref),
                    List.of(),
                    List.of(),
                    List.of(),
                    0,
                    0,
                    0,
                    Routes.NOTHING,
                    copies.value().notices()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
