package io.bcn.backup;

import io.bcn.copy.Amounts;
import io.bcn.copy.FileRow;
import io.bcn.copy.Kept;
import io.bcn.copy.Progress;
import io.bcn.copy.StoreCopies;
import io.bcn.format.PitId;
import io.bcn.storage.Storage;
import io.bcn.table.FileIos;
import io.bcn.table.SourceFiles;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * What a backup would store: the same walk as that of {@link Storing}, and nothing is written.
 *
 * @param abandoned PITs that were given up, whose copies would be used
 */
record Preview(
    SparkSession spark,
    Progress progress,
    Storage storage,
    LockedScope scope,
    TableParts parts,
    List<PitId> abandoned) {

  /** Of each changed table of the plan, in its order. */
  List<BackupSummary.TablePlanned> of(BackupPlan plan) {
    List<Integer> open = plan.changed();
    if (open.isEmpty()) {
      return List.of();
    }
    try (Kept kept = new Kept()) {
      WalkingTables walking =
          new WalkingTables(spark, progress, storage, scope.filter(), parts, kept);
      Condensing condensing = walking.condensing(plan.tables(), open);
      FileIos fileIos = plan.cut().fileIos();
      Dataset<Row> files =
          kept.keep(
              walking
                  .newFiles(plan.tables(), open, condensing, fileIos, abandoned)
                  .filter(functions.col(FileRow.KEY).equalTo("")));
      Amounts all = Amounts.of(files);
      Amounts byStore = Amounts.of(files.filter(takenByStore(fileIos)));
      List<BackupSummary.TablePlanned> changes = new ArrayList<>();
      for (int index : open) {
        TablePlan table = plan.tables().get(index);
        Amounts toStore = all.ofTable(index);
        Amounts takenByStore = byStore.ofTable(index);
        changes.add(
            new BackupSummary.TablePlanned(
                table.name(),
                condensing.includes(index) ? "CONDENSED" : table.change().name(),
                toStore.files(),
                toStore.bytes(),
                takenByStore.files(),
                takenByStore.bytes()));
      }
      return changes;
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }

  private FilterFunction<Row> takenByStore(FileIos fileIos) {
    JavaSparkContext executors = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SourceFiles source = new SourceFiles(executors.broadcast(fileIos));
    Broadcast<StoreCopies> asked = executors.broadcast(new StoreCopies(storage));
    return row -> {
      FileRow file = FileRow.of(row);
      return source
          .object(file)
          .filter(object -> asked.value().takes(object, file.lengthBytes()))
          .isPresent();
    };
  }
}
