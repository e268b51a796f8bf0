package io.bcn.backup;

import io.bcn.copy.Amounts;
import io.bcn.copy.ByteBalance;
import io.bcn.copy.FileProblem;
import io.bcn.copy.FileRow;
import io.bcn.copy.Kept;
import io.bcn.copy.Progress;
import io.bcn.copy.Routes;
import io.bcn.copy.StoreCopies;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.storage.Storage;
import io.bcn.table.FileIos;
import io.bcn.table.IcebergCatalog;
import io.bcn.table.SourceFiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The distributed half of a backup: for all changed tables at once, find the new files, store them,
 * write the states.
 *
 * <p>A handful of Spark jobs whatever the number of tables. Tables of which files vanished are
 * pinned again and go through it once more, keeping what was copied.
 */
final class Storing implements AutoCloseable {
  private static final int MOST_ROUNDS = 3;
  private static final int THREADS_PER_TASK = 4;

  /**
   * What no other table would survive either. A missing right is none: it may be to one source
   * file, or to one folder of the repository.
   */
  static final Set<ErrorCode> ENDS_THE_BACKUP =
      Set.of(ErrorCode.OUT_OF_SPACE, ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.CREDENTIALS);

  private final SparkSession spark;
  private final JavaSparkContext executors;
  private final Progress progress;
  private final String coverage;
  private final Storage storage;
  private final TableParts parts;
  private final List<PitId> abandoned;
  private final WalkingTables walking;
  private final Broadcast<StoreCopies> copies;
  private final Kept kept = new Kept();

  /**
   * @param abandoned PITs that were given up, whose copies are used
   */
  Storing(
      SparkSession spark,
      Progress progress,
      Storage storage,
      LockedScope scope,
      TableParts parts,
      List<PitId> abandoned) {
    this.spark = spark;
    this.executors = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.progress = progress;
    this.coverage = scope.coverage();
    this.storage = storage;
    this.parts = parts;
    this.abandoned = abandoned;
    this.walking = new WalkingTables(spark, progress, storage, scope.filter(), parts, kept);
    this.copies = executors.broadcast(new StoreCopies(storage));
  }

  /** Stores all changed tables of the plan. */
  Stored store(BackupPlan plan, IcebergCatalog catalog) {
    List<TablePlan> tables = new ArrayList<>(plan.tables());
    Map<Integer, StoredPart> stored = new TreeMap<>();
    Optional<Instant> repinnedAt = Optional.empty();
    List<Integer> open = plan.changed();
    Condensing condensing = walking.condensing(tables, open);
    FileIos fileIos = plan.cut().fileIos();
    Map<Integer, Routes> routes = new TreeMap<>();
    Set<String> notices = new TreeSet<>();
    for (int round = 1; !open.isEmpty(); round++) {
      Map<Integer, StoredPart> parts = storeRound(tables, open, condensing, fileIos, round > 1);
      endOnFatal(parts);
      parts.forEach((table, part) -> routes.merge(table, part.routes(), Routes::plus));
      parts.values().forEach(part -> notices.addAll(part.notices()));
      stored.putAll(parts);
      if (round == MOST_ROUNDS) {
        break;
      }
      Repinning repinning = Repinning.of(catalog, tables, vanished(parts));
      if (repinning.tables().isEmpty()) {
        break;
      }
      repinning.tables().forEach(tables::set);
      open = List.copyOf(repinning.tables().keySet());
      fileIos = repinning.fileIos();
      repinnedAt = Optional.of(Instant.now());
    }
    Map<Integer, FileProblem> failures = new HashMap<>();
    stored.forEach(
        (table, part) -> {
          if (!part.isWhole()) {
            failures.put(table, part.problems().get(0));
          }
        });
    Map<Integer, StateTask.Written> states = new HashMap<>();
    for (StateTask.Outcome outcome : writeStates(tables, stored, condensing)) {
      if (outcome instanceof StateTask.Refused refused) {
        failures.put(outcome.table(), refused.problem());
      } else {
        states.put(outcome.table(), (StateTask.Written) outcome);
      }
    }
    return new Stored(tables, states, failures, repinnedAt, routes, List.copyOf(notices));
  }

  private Map<Integer, StoredPart> storeRound(
      List<TablePlan> tables,
      List<Integer> open,
      Condensing condensing,
      FileIos fileIos,
      boolean again) {
    // In a later round, what the earlier one copied lies under this PIT's own id.
    List<PitId> reusable = new ArrayList<>(abandoned);
    if (again) {
      reusable.add(parts.pit());
    }
    Dataset<Row> files = kept.keep(walking.newFiles(tables, open, condensing, fileIos, reusable));
    Amounts amounts = Amounts.of(files.filter(functions.not(functions.col(FileRow.VOUCHED))));
    Broadcast<Map<Integer, String>> tablePits = executors.broadcast(parts.folders(tables, open));
    try (Progress.Moving moving =
        progress.moving("Storing %,d tables".formatted(open.size()), amounts)) {
      List<StoredPart> parts =
          ByteBalance.balance(files, amounts, kept)
              .mapPartitions(
                  new StoreFiles(
                      new SourceFiles(executors.broadcast(fileIos)),
                      storage,
                      copies,
                      tablePits,
                      moving.filesDone(),
                      moving.bytesDone(),
                      THREADS_PER_TASK))
              .collect();
      Map<Integer, StoredPart> byTable = new LinkedHashMap<>();
      parts.forEach(part -> byTable.merge(part.table(), part, StoredPart::plus));
      return byTable;
    }
  }

  private List<StateTask.Outcome> writeStates(
      List<TablePlan> tables, Map<Integer, StoredPart> stored, Condensing condensing) {
    List<StateTask> tasks = new ArrayList<>();
    stored.forEach(
        (index, part) -> {
          if (part.isWhole()) {
            TablePlan table = tables.get(index);
            tasks.add(
                new StateTask(
                    index,
                    table.pinned(),
                    parts.folder(table),
                    condensing.includes(index)
                        ? List.of()
                        : parts.reused(table).map(List::of).orElse(List.of()),
                    coverage,
                    part));
          }
        });
    if (tasks.isEmpty()) {
      return List.of();
    }
    progress.step("Writing the states of %,d tables".formatted(tasks.size()));
    Storage to = storage;
    int slices = Math.min(tasks.size(), executors.defaultParallelism() * 4);
    return executors.parallelize(tasks, slices).map(task -> task.run(to)).collect();
  }

  private static List<Integer> vanished(Map<Integer, StoredPart> parts) {
    return parts.values().stream()
        .filter(
            part ->
                part.problems().stream()
                    .anyMatch(problem -> problem.code() == ErrorCode.SOURCE_MISSING))
        .map(StoredPart::table)
        .toList();
  }

  private static void endOnFatal(Map<Integer, StoredPart> parts) {
    parts.values().stream()
        .flatMap(part -> part.problems().stream())
        .filter(problem -> ENDS_THE_BACKUP.contains(problem.code()))
        .findFirst()
        .ifPresent(
            problem -> {
              throw problem.toException();
            });
  }

  @Override
  public void close() {
    kept.close();
    spark.sparkContext().setJobDescription(null);
  }
}
