package io.bcn.restore;

import io.bcn.copy.Amounts;
import io.bcn.copy.ByteBalance;
import io.bcn.copy.FileProblem;
import io.bcn.copy.FileRow;
import io.bcn.copy.Kept;
import io.bcn.copy.Progress;
import io.bcn.copy.Routes;
import io.bcn.copy.StoreCopies;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.repository.InventoryRows;
import io.bcn.storage.Storage;
import io.bcn.table.Coverage;
import io.bcn.table.Coverages;
import io.bcn.table.FileIos;
import io.bcn.table.Landings;
import io.bcn.table.LimitedTables;
import io.bcn.table.StoredTableFiles;
import io.bcn.table.TableTarget;
import io.bcn.table.TargetFiles;
import io.bcn.table.Walk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The distributed half of a restore: for all tables at once, walk the stored metadata, look every
 * file up in the inventories, then place content files, manifests, and the rest, in this order.
 */
final class Placing implements AutoCloseable {
  private static final int THREADS_PER_TASK = 4;

  private final SparkSession spark;
  private final JavaSparkContext executors;
  private final Progress progress;
  private final Storage storage;
  private final List<TableRestore> tables;
  private final Broadcast<Map<Integer, TableTarget>> targets;
  private final TargetFiles target;
  private final SortedSet<String> notices = new TreeSet<>();
  private final Kept kept = new Kept();

  Placing(
      SparkSession spark,
      Progress progress,
      Storage storage,
      FileIos fileIos,
      List<TableRestore> tables) {
    this.spark = spark;
    this.executors = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.progress = progress;
    this.storage = storage;
    this.tables = tables;
    this.targets = executors.broadcast(byTable());
    this.target =
        new TargetFiles(
            storage, executors.broadcast(new StoreCopies(storage)), executors.broadcast(fileIos));
  }

  /**
   * All files that the tables reach, each with its key.
   *
   * <p><i>Fails</i> with DAMAGED where an object that a table needs is missing, before anything was
   * written.
   */
  Reached files() {
    progress.step("Reading the metadata of %,d tables".formatted(tables.size()));
    List<InventoryRows.OfTable> states = new ArrayList<>();
    List<Row> metadata = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      TableRestore table = tables.get(i);
      states.add(new InventoryRows.OfTable(i, table.state()));
      metadata.add(
          FileRow.stored(
                  i,
                  table.metadataSource(),
                  FileKind.METADATA,
                  FileRow.UNKNOWN_LENGTH,
                  table.metadata().key().value(),
                  table.metadata().sha256())
              .toRow());
    }
    Dataset<Row> stored = kept.keep(InventoryRows.newest(InventoryRows.of(spark, storage, states)));
    Dataset<Row> walked =
        new Walk(
                new LimitedTables(new StoredTableFiles(storage), targets),
                rows -> resolved(rows, stored),
                kept,
                coverages())
            .from(spark.createDataFrame(metadata, FileRow.SCHEMA));
    Reached reached = Reached.of(kept.keep(Landings.oneEach(walked, targets)));
    if (reached.amounts().hasProblems()) {
      endOnProblems(reached.files());
    }
    return reached;
  }

  private Coverages coverages() {
    Map<Integer, Coverage> byTable = new HashMap<>();
    for (int i = 0; i < tables.size(); i++) {
      byTable.put(i, tables.get(i).files().coverage());
    }
    return new Coverages(byTable);
  }

  private Map<Integer, TableTarget> byTable() {
    Map<Integer, TableTarget> byTable = new HashMap<>();
    for (int i = 0; i < tables.size(); i++) {
      byTable.put(i, tables.get(i).files());
    }
    return byTable;
  }

  /** By which route {@link #place} would bring each table's files, were none there already. */
  Map<Integer, Routes> routes(Reached reached) {
    TargetFiles to = target;
    Broadcast<Map<Integer, TableTarget>> where = targets;
    FilterFunction<Row> isForStore =
        row -> {
          FileRow file = FileRow.of(row);
          return to.isForStore(file, where.value().get(file.table()));
        };
    Amounts byStore = Amounts.of(reached.files().filter(isForStore));
    Map<Integer, Routes> routes = new TreeMap<>();
    for (int i = 0; i < tables.size(); i++) {
      routes.put(i, Routes.planned(reached.amounts().ofTable(i), byStore.ofTable(i)));
    }
    return routes;
  }

  /**
   * Places everything; by which route each table's files. <i>Fails</i> with the first problem:
   * nothing is registered then.
   */
  Map<Integer, Routes> place(Reached files) {
    Map<Integer, PlaceFiles.Placed> placed = new TreeMap<>();
    List<String> steps =
        List.of(
            "Restoring content files",
            "Restoring manifests",
            "Restoring manifest lists and metadata");
    for (int step = 0; step < steps.size(); step++) {
      int now = step;
      place(steps.get(step), files.ofKinds(kind -> TargetFiles.step(kind) == now))
          .forEach((table, part) -> placed.merge(table, part, PlaceFiles.Placed::plus));
      endOnProblems(placed);
    }
    Map<Integer, Routes> routes = new TreeMap<>();
    placed.forEach((table, part) -> routes.put(table, part.routes()));
    placed.values().forEach(part -> notices.addAll(part.notices()));
    return routes;
  }

  /** For people, about routes that could not be taken. */
  List<String> notices() {
    return List.copyOf(notices);
  }

  private Map<Integer, PlaceFiles.Placed> place(String what, Reached reached) {
    Map<Integer, PlaceFiles.Placed> placed = new TreeMap<>();
    if (reached.amounts().files() == 0) {
      return placed;
    }
    try (Progress.Moving moving = progress.moving(what, reached.amounts())) {
      ByteBalance.balance(reached.files(), reached.amounts(), kept)
          .mapPartitions(
              new PlaceFiles(
                  target, targets, moving.filesDone(), moving.bytesDone(), THREADS_PER_TASK))
          .collect()
          .forEach(part -> placed.merge(part.table(), part, PlaceFiles.Placed::plus));
    }
    return placed;
  }

  private static Dataset<Row> resolved(Dataset<Row> rows, Dataset<Row> stored) {
    Column sameFile =
        functions
            .col(FileRow.TABLE)
            .equalTo(functions.col(InventoryRows.TABLE))
            .and(functions.col(FileRow.LOCATION).equalTo(functions.col(InventoryRows.LOCATION)));
    Column found = functions.col(InventoryRows.KEY).isNotNull();
    Column isLog = functions.col(FileRow.KIND).equalTo(FileKind.METADATA_LOG.name());
    String missing =
        new FileProblem(
                ErrorCode.DAMAGED,
                "Cannot restore '%s': no inventory of the table's state has it",
                "Restore an earlier PIT, or leave the table out with --exclude.")
            .encoded();
    return rows.join(stored, sameFile, "left_outer")
        // Earlier metadata files may have been gone when the backup was made.
        .filter(found.or(functions.not(isLog)))
        .withColumn(
            FileRow.KEY, functions.coalesce(functions.col(InventoryRows.KEY), functions.lit("")))
        .withColumn(
            FileRow.SHA256,
            functions.coalesce(functions.col(InventoryRows.SHA256), functions.lit("")))
        .withColumn(
            FileRow.LENGTH,
            functions.coalesce(functions.col(InventoryRows.LENGTH), functions.col(FileRow.LENGTH)))
        .withColumn(
            FileRow.PROBLEM,
            functions
                .when(found, functions.col(FileRow.PROBLEM))
                .otherwise(functions.format_string(missing, functions.col(FileRow.LOCATION))))
        .select(Stream.of(FileRow.SCHEMA.fieldNames()).map(functions::col).toArray(Column[]::new));
  }

  private void endOnProblems(Dataset<Row> files) {
    files.filter(functions.col(FileRow.PROBLEM).notEqual("")).limit(1).collectAsList().stream()
        .findFirst()
        .map(FileRow::of)
        .ifPresent(
            row -> {
              throw damaged(row.table(), FileProblem.parse(row.problem()));
            });
  }

  private void endOnProblems(Map<Integer, PlaceFiles.Placed> placed) {
    placed.values().stream()
        .filter(part -> !part.problems().isEmpty())
        .findFirst()
        .ifPresent(
            part -> {
              throw damaged(part.table(), part.problems().get(0));
            });
  }

  private BcnException damaged(int table, FileProblem problem) {
    return new BcnException(
        problem.code(),
        "Cannot restore table '%s': %s"
            .formatted(tables.get(table).source().tableName(), problem.message()),
        problem.hint());
  }

  @Override
  public void close() {
    kept.close();
    spark.sparkContext().setJobDescription(null);
  }
}
