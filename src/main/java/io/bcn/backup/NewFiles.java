package io.bcn.backup;

import io.bcn.copy.FileRow;
import io.bcn.copy.Kept;
import io.bcn.errors.BcnException;
import io.bcn.format.FileKind;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.StoredFile;
import io.bcn.format.TableName;
import io.bcn.format.TablePart;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.InventoryRows;
import io.bcn.repository.Repository;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import io.bcn.table.Coverages;
import io.bcn.table.TableFiles;
import io.bcn.table.Walk;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files of the changed tables are not in the repository yet: the walk, with what the parent's
 * states hold left out at every level, so that work follows change.
 */
final class NewFiles {
  private static final Logger LOG = LoggerFactory.getLogger(NewFiles.class);

  /** A Hadoop catalog gives a new table's metadata file the name that an earlier table's had. */
  private static final List<String> NEVER_ADOPTED =
      List.of(FileKind.METADATA.name(), FileKind.METADATA_LOG.name());

  private static final Column[] FILE_ROW =
      Stream.of(FileRow.SCHEMA.fieldNames()).map(functions::col).toArray(Column[]::new);

  private final SparkSession spark;
  private final Storage storage;
  private final Kept kept;

  NewFiles(SparkSession spark, Storage storage, Kept kept) {
    this.spark = spark;
    this.storage = storage;
    this.kept = kept;
  }

  /** Where a dead backup may have left inventory parts of a table. */
  record Leftovers(int table, String catalog, TableName name, List<PitId> pits)
      implements Serializable {}

  /**
   * The rows to store, each location once a table; rows of what a dead backup copied already carry
   * its key. Of a condensed table all rows, those that the parent vouches for with their key.
   *
   * @param metadata rows of kind METADATA, one a changed table
   * @param before the tables' states in the parent PIT
   */
  Dataset<Row> find(
      Dataset<Row> metadata,
      TableFiles source,
      Coverages coverages,
      List<InventoryRows.OfTable> before,
      Condensing condensing,
      List<Leftovers> leftovers) {
    Map<Boolean, List<InventoryRows.OfTable>> byWay =
        before.stream().collect(Collectors.partitioningBy(of -> condensing.includes(of.table())));
    Dataset<Row> files =
        new Walk(source, withoutKnown(byWay.get(false)), kept, coverages).from(metadata);
    return vouchedFor(adopted(files, leftovers), byWay.get(true));
  }

  /**
   * By the newest row of a location only, since a restore believes that one: a file that is again
   * as long as it was before the last time is stored again.
   */
  private UnaryOperator<Dataset<Row>> withoutKnown(List<InventoryRows.OfTable> before) {
    if (before.isEmpty()) {
      return rows -> rows;
    }
    Dataset<Row> known =
        kept.keep(
            InventoryRows.newest(
                InventoryRows.of(spark, storage, before).union(missingLogs(before))));
    return rows -> without(rows, known);
  }

  private static Dataset<Row> without(Dataset<Row> rows, Dataset<Row> known) {
    return rows.join(known, sameAsKnown(), "left_anti");
  }

  private static Column sameAsKnown() {
    // Tools are known to leave a stale length of a delete file in a manifest.
    Column mayBeStale = functions.col(FileRow.KIND).equalTo(FileKind.POSITION_DELETES.name());
    return sameFile().and(sameLength().or(mayBeStale));
  }

  /** Puts the keys of the parent's objects on the rows of the same files. */
  private Dataset<Row> vouchedFor(Dataset<Row> files, List<InventoryRows.OfTable> condensed) {
    if (condensed.isEmpty()) {
      return files;
    }
    Dataset<Row> known = InventoryRows.newest(InventoryRows.of(spark, storage, condensed));
    // A state has its metadata file from its own PIT.
    Column isRoot = functions.col(FileRow.KIND).equalTo(FileKind.METADATA.name());
    Column found = functions.col(InventoryRows.KEY).isNotNull();
    return files
        .join(known, sameAsKnown().and(functions.not(isRoot)), "left_outer")
        .withColumn(FileRow.VOUCHED, found)
        .withColumn(FileRow.KEY, firstOf(InventoryRows.KEY, FileRow.KEY))
        .withColumn(FileRow.SHA256, firstOf(InventoryRows.SHA256, FileRow.SHA256))
        .withColumn(FileRow.LENGTH, firstOf(InventoryRows.LENGTH, FileRow.LENGTH))
        .select(FILE_ROW);
  }

  private static Column firstOf(String column, String other) {
    return functions.coalesce(functions.col(column), functions.col(other));
  }

  private static Column sameFile() {
    return functions
        .col(FileRow.TABLE)
        .equalTo(functions.col(InventoryRows.TABLE))
        .and(functions.col(FileRow.LOCATION).equalTo(functions.col(InventoryRows.LOCATION)));
  }

  private static Column sameLength() {
    Column length = functions.col(FileRow.LENGTH);
    return length
        .equalTo(FileRow.UNKNOWN_LENGTH)
        .or(length.equalTo(functions.col(InventoryRows.LENGTH)));
  }

  /** An entry of a metadata log that was gone before counts as known: nobody looks for it again. */
  private Dataset<Row> missingLogs(List<InventoryRows.OfTable> before) {
    Storage from = storage;
    JavaRDD<Row> missing =
        executors()
            .parallelize(before, slices(before.size()))
            .flatMap(
                of ->
                    Repository.state(from, of.state()).missingMetadataLog().stream()
                        .map(location -> InventoryRows.row(of.table(), missing(location, of), 0))
                        .iterator());
    return InventoryRows.dataset(spark, missing);
  }

  private static StoredFile missing(String location, InventoryRows.OfTable of) {
    return new StoredFile(location, of.state().key(), FileKind.METADATA_LOG, 0, "");
  }

  /** Puts the keys of a dead backup's objects on the rows of the same files (promise 3). */
  private Dataset<Row> adopted(Dataset<Row> files, List<Leftovers> leftovers) {
    if (leftovers.stream().allMatch(table -> table.pits().isEmpty())) {
      return files;
    }
    Storage from = storage;
    JavaRDD<Row> left =
        executors()
            .parallelize(leftovers, slices(leftovers.size()))
            .flatMap(table -> leftBehind(from, table).iterator());
    Dataset<Row> copied =
        InventoryRows.dataset(spark, left)
            .filter(functions.not(functions.col(InventoryRows.KIND).isInCollection(NEVER_ADOPTED)))
            .dropDuplicates(InventoryRows.TABLE, InventoryRows.LOCATION);
    return files
        .join(copied, sameFile().and(sameLength()), "left_outer")
        .withColumn(FileRow.KEY, orEmpty(InventoryRows.KEY))
        .withColumn(FileRow.SHA256, orEmpty(InventoryRows.SHA256))
        .select(FILE_ROW);
  }

  private static Column orEmpty(String column) {
    return functions.coalesce(functions.col(column), functions.lit(""));
  }

  /**
   * The files that inventory parts of dead backups name, and that the same backups copied. The
   * listing only suggests; storing checks each object.
   */
  private static List<Row> leftBehind(Storage storage, Leftovers table) {
    List<Row> rows = new ArrayList<>();
    for (PitId pit : table.pits()) {
      for (TablePart part : TablePart.values()) {
        ObjectKey folder =
            Layout.inventory(Layout.tablePit(table.catalog(), table.name(), pit, part));
        try (Stream<ObjectStat> parts = storage.list(folder)) {
          parts.forEach(found -> rows.addAll(leftBehind(storage, table.table(), pit, found.key())));
        }
      }
    }
    return rows;
  }

  /**
   * What such a backup had adopted itself is passed over: a collection removes an older one's parts
   * before its objects, and must not find one of them named by a part that a stalled backup wrote
   * meanwhile (promise 4).
   */
  private static List<Row> leftBehind(Storage storage, int table, PitId pit, ObjectKey part) {
    List<Row> rows = new ArrayList<>();
    try {
      storage
          .read(part)
          .ifPresent(
              bytes ->
                  InventoryReader.parse(
                      bytes,
                      part.value(),
                      file -> {
                        if (Layout.storedBy(file.key()).equals(Optional.of(pit))) {
                          rows.add(InventoryRows.row(table, file, 0));
                        }
                      }));
      return rows;
    } catch (BcnException e) {
      // Nothing vouches for what a dead backup left; what can't be read is copied again.
      LOG.warn("Not reusing a part of an earlier backup: {}", e.getMessage());
      return List.of();
    }
  }

  private JavaSparkContext executors() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  private int slices(int items) {
    return Math.max(1, Math.min(items, executors().defaultParallelism() * 4));
  }
}
