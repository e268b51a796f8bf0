package io.bcn.restore;

import io.bcn.copy.FewAtOnce;
import io.bcn.copy.FileProblem;
import io.bcn.copy.FileRow;
import io.bcn.copy.Routes;
import io.bcn.errors.BcnException;
import io.bcn.table.TableTarget;
import io.bcn.table.TargetFiles;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
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
   * @param routes of all its files; those that were there already were read
   * @param problems the first few
   * @param notices for people, about routes that could not be taken
   */
  record Placed(int table, Routes routes, List<FileProblem> problems, List<String> notices)
      implements Serializable {
    Placed plus(Placed other) {
      return new Placed(
          table,
          routes.plus(other.routes),
          Stream.concat(problems.stream(), other.problems.stream()).limit(PROBLEMS_SHOWN).toList(),
          Stream.concat(notices.stream(), other.notices.stream()).distinct().toList());
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
          filesDone.add(placed.routes().files());
          bytesDone.add(placed.routes().bytes());
          byTable.merge(placed.table(), placed, Placed::plus);
        });
    List<String> notices = files.notices();
    return byTable.values().stream()
        .map(placed -> placed.plus(new Placed(placed.table(), Routes.NOTHING, List.of(), notices)))
        .iterator();
  }

  private Placed place(FileRow row) {
    try {
      if (!row.problem().isEmpty()) {
        return failed(row, FileProblem.parse(row.problem()));
      }
      return new Placed(
          row.table(), files.place(row, targets.value().get(row.table())), List.of(), List.of());
    } catch (BcnException e) {
      return failed(row, FileProblem.of(e));
    }
  }

  private static Placed failed(FileRow row, FileProblem problem) {
    return new Placed(row.table(), Routes.NOTHING, List.of(problem), List.of());
  }
}
