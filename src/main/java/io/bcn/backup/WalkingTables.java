package io.bcn.backup;

import io.bcn.copy.FileProblem;
import io.bcn.copy.FileRow;
import io.bcn.copy.Kept;
import io.bcn.copy.Progress;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.format.PitId;
import io.bcn.storage.Storage;
import io.bcn.table.Coverage;
import io.bcn.table.Coverages;
import io.bcn.table.FileIos;
import io.bcn.table.PinnedTable;
import io.bcn.table.RowFilter;
import io.bcn.table.SourceFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Which files of changed tables are to be stored: of all tables in one dataset. */
record WalkingTables(
    SparkSession spark,
    Progress progress,
    Storage storage,
    Optional<RowFilter> filter,
    TableParts parts,
    Kept kept) {

  /** Decided before the walk: which of these tables are walked whole. */
  Condensing condensing(List<TablePlan> tables, List<Integer> open) {
    return Condensing.of(
        JavaSparkContext.fromSparkContext(spark.sparkContext()),
        storage,
        parts.reuse(),
        parts.reused(tables, open));
  }

  /**
   * The rows, each location once a table; those that a dead run has copied carry their key.
   *
   * <p><i>Fails</i> with UNSUPPORTED where a partial backup covers a part of a file.
   *
   * @param open indexes of the tables to walk
   * @param condensing which of them are walked whole
   * @param reusable PITs that were given up
   */
  Dataset<Row> newFiles(
      List<TablePlan> tables,
      List<Integer> open,
      Condensing condensing,
      FileIos fileIos,
      List<PitId> reusable) {
    progress.step("Reading the metadata of %,d changed tables".formatted(open.size()));
    List<Row> metadata = new ArrayList<>();
    List<NewFiles.Leftovers> leftovers = new ArrayList<>();
    for (int index : open) {
      TablePlan table = tables.get(index);
      metadata.add(metadata(index, table.pinned()));
      leftovers.add(new NewFiles.Leftovers(index, parts.catalogName(), table.name(), reusable));
    }
    Coverages coverages = coverages(tables, open, fileIos);
    Dataset<Row> files =
        new NewFiles(spark, storage, kept)
            .find(
                spark.createDataFrame(metadata, FileRow.SCHEMA),
                new SourceFiles(
                    JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(fileIos)),
                coverages,
                parts.reused(tables, open),
                condensing,
                leftovers);
    return coverages.areAllWhole() ? files : decided(kept.keep(files));
  }

  private static Row metadata(int index, PinnedTable pinned) {
    return FileRow.reached(
            index,
            pinned.fileIo(),
            pinned.metadataLocation(),
            FileKind.METADATA,
            FileRow.UNKNOWN_LENGTH,
            "")
        .toRow();
  }

  private Coverages coverages(List<TablePlan> tables, List<Integer> open, FileIos fileIos) {
    Map<Integer, Coverage> byTable = new HashMap<>();
    for (int index : open) {
      PinnedTable pinned = tables.get(index).pinned();
      filter.ifPresent(rows -> byTable.put(index, pinned.coverage(rows, fileIos)));
    }
    return new Coverages(byTable);
  }

  /** A file of which a part is covered ends the backup before anything is copied. */
  private static Dataset<Row> decided(Dataset<Row> files) {
    files
        .filter(functions.col(FileRow.PROBLEM).startsWith(ErrorCode.UNSUPPORTED.name()))
        .limit(1)
        .collectAsList()
        .forEach(
            row -> {
              throw FileProblem.parse(FileRow.of(row).problem()).toException();
            });
    return files;
  }
}
