package io.bcn.restore;

import io.bcn.copy.FewAtOnce;
import io.bcn.copy.FileProblem;
import io.bcn.copy.FileRow;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.table.TableTarget;
import io.bcn.table.TargetFiles;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;

/** One copy task of a restore, on an executor: places its files and says per table how many. */
final class PlaceFiles implements FlatMapFunction<Iterator<FileRow>, PlaceFiles.Placed> {
  private static final long serialVersionUID = 1L;
  private static final int PROBLEMS_SHOWN = 5;

  private final TargetFiles files;
  private final Broadcast<Map<Integer, TableTarget>> targets;
  private final LongAccumulator filesDone;
  private final LongAccumulator bytesDone;
  private final int threads;

  PlaceFiles(
      TargetFiles files,
      Broadcast<Map<Integer, TableTarget>> targets,
      LongAccumulator filesDone,
      LongAccumulator bytesDone,
      int threads) {
    this.files = files;
    this.targets = targets;
    this.filesDone = filesDone;
    this.bytesDone = bytesDone;
    this.threads = threads;
  }

  /**
   * What was done for one table.
   *
   * @param problems the first few
   */
  record Placed(int table, long files, long bytes, List<FileProblem> problems)
      implements Serializable {
    Placed plus(Placed other) {
      List<FileProblem> both = new ArrayList<>(problems);
      both.addAll(other.problems);
      return new Placed(
          table,
          files + other.files,
          bytes + other.bytes,
          both.stream().limit(PROBLEMS_SHOWN).toList());
    }
  }

  @Override
  public Iterator<Placed> call(Iterator<FileRow> rows) {
    Map<Integer, Placed> byTable = new TreeMap<>();
    FewAtOnce.forEach(
        threads,
        rows,
        this::place,
        placed -> {
          filesDone.add(placed.files());
          bytesDone.add(placed.bytes());
          byTable.merge(placed.table(), placed, Placed::plus);
        });
    return byTable.values().iterator();
  }

  private Placed place(FileRow row) {
    try {
      if (!row.problem().isEmpty()) {
        return failed(row, FileProblem.parse(row.problem()));
      }
      return new Placed(
          row.table(), 1, files.place(row, targets.value().get(row.table())), List.of());
    } catch (BcnException e) {
      return failed(row, FileProblem.of(e));
    } catch (IOException | RuntimeException e) {
      return failed(
          row,
          new FileProblem(
              ErrorCode.FAILED,
              "Cannot restore '%s': %s".formatted(row.location(), e),
              "Run the restore again: what was placed is used."));
    }
  }

  private static Placed failed(FileRow row, FileProblem problem) {
    return new Placed(row.table(), 0, 0, List.of(problem));
  }
}
