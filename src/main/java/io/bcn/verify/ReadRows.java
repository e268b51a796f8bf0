package io.bcn.verify;

import io.bcn.copy.FewAtOnce;
import io.bcn.format.ObjectRef;
import io.bcn.storage.Storage;
import io.bcn.table.StoredRows;
import io.bcn.table.StoredScan;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;

/** One task, on an executor: reads every row of its data files, a few files at once. */
final class ReadRows implements FlatMapFunction<Iterator<ReadRows.Item>, ReadRows.Outcome> {
  private static final long serialVersionUID = 1L;
  private static final int THREADS_PER_TASK = 2;

  private final Storage storage;
  private final LongAccumulator filesDone;
  private final LongAccumulator bytesDone;

  ReadRows(Storage storage, LongAccumulator filesDone, LongAccumulator bytesDone) {
    this.storage = storage;
    this.filesDone = filesDone;
    this.bytesDone = bytesDone;
  }

  /** A file to read, and the state by which it is found. */
  record Item(ObjectRef state, StoredScan scan) implements Serializable {}

  /** What a task read. */
  record Outcome(long rows, long visible, List<Damage> damages) implements Serializable {}

  @Override
  public Iterator<Outcome> call(Iterator<Item> items) {
    List<Damage> damages = new ArrayList<>();
    long[] counts = new long[2];
    FewAtOnce.forEach(
        THREADS_PER_TASK,
        items,
        item -> {
          StoredRows.Read read =
              new StoredRows(storage, StateFiles.of(storage, item.state())).read(item.scan());
          filesDone.add(1);
          bytesDone.add(item.scan().lengthBytes());
          return read;
        },
        read -> {
          counts[0] += read.rows();
          counts[1] += read.visible();
          read.problems().stream().map(ReadRows::damage).forEach(damages::add);
        });
    return List.of(new Outcome(counts[0], counts[1], damages)).iterator();
  }

  private static Damage damage(StoredRows.Problem found) {
    Problem problem =
        switch (found.kind()) {
          case MISSING -> Problem.MISSING;
          case CHANGED -> Problem.WRONG_CHECKSUM;
          case UNREADABLE -> Problem.UNREADABLE;
          case OTHER_ROWS -> Problem.WRONG_ROWS;
        };
    return new Damage(found.object(), found.sha256(), problem, found.message());
  }
}
