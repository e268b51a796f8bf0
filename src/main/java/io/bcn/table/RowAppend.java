package io.bcn.table;

import io.bcn.format.TableName;
import io.bcn.storage.LocalFileErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.spark.SparkTableUtil;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One write of rows: from an unregistered table into one of Spark's catalog. */
record RowAppend(
    SparkSession spark,
    TargetCatalog catalog,
    TableName name,
    FileIO io,
    String metadataLocation,
    RowMark mark) {

  void run() {
    BaseTable source =
        new BaseTable(new StaticTableOperations(metadataLocation, io), "bcn." + name.table());
    Snapshot current = source.currentSnapshot();
    if (current == null) {
      return;
    }
    try (AppendOnceCatalog.Opened write =
        AppendOnceCatalog.open(
            spark.conf(), catalog.catalog().iceberg(), Identifiers.table(name), mark)) {
      DataFrameWriterV2<Row> writer =
          SparkTableUtil.loadTable(spark, source, current.snapshotId())
              .writeTo(quoted(write.sparkName()));
      mark.properties().forEach((key, value) -> writer.option("snapshot-property." + key, value));
      var unused =
          LocalFileErrors.asExceptions(
              () -> {
                writer.append();
                return true;
              });
      // Spark keeps tables that it has seen.
      spark.sql("REFRESH TABLE " + quoted(sparkName()));
    } catch (Exception failure) { // Spark throws checked exceptions that it does not declare.
      // The commit may have been done all the same, by us with its answer lost or by another
      // restore.
      if (!catalog.rowTarget(name).has(mark)) {
        throw catalog.failed(
            TargetFailure.code(failure),
            "Cannot append to table '%s'".formatted(name),
            failure,
            "Nothing was added to this table; run the restore again.");
      }
    }
  }

  private List<String> sparkName() {
    List<String> parts = new ArrayList<>(List.of(catalog.catalog().name()));
    parts.addAll(name.database().levels());
    parts.add(name.table());
    return parts;
  }

  private static String quoted(List<String> parts) {
    return parts.stream()
        .map(part -> "`" + part.replace("`", "``") + "`")
        .collect(Collectors.joining("."));
  }
}
