package io.bcn.table;

import io.bcn.format.StoredFile;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.formats.ReadBuilder;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.PartitionUtil;

/** Reads every row of a stored data file, with its deletes applied, and counts. On executors. */
public final class StoredRows {
  private final StoredFileIo io;

  /**
   * @param files what the state's inventories have, by location
   */
  public StoredRows(Storage storage, Map<String, StoredFile> files) {
    this.io = new StoredFileIo(storage, files);
  }

  /**
   * What was read of one file.
   *
   * @param rows all that the file has
   * @param visible those that no delete hides
   * @param problems what is not as its manifest says
   */
  public record Read(long rows, long visible, List<Problem> problems) {}

  /** In which way an object is not what it should be. */
  public enum Kind {
    MISSING,
    /** Its bytes are not those that were stored. */
    CHANGED,
    /** Its bytes are, and no reader takes them for a table's file. */
    UNREADABLE,
    /** It has other rows than the manifest says. */
    OTHER_ROWS
  }

  /** What is wrong with an object. */
  public record Problem(String object, String sha256, Kind kind, String message)
      implements Serializable {}

  /** Reads it. Damage is a value. */
  public Read read(StoredScan scan) {
    Counting counting = new Counting(scan.task().schema());
    try (CloseableIterable<Record> visible = open(scan, counting)) {
      long count = 0;
      Iterator<Record> rows = visible.iterator();
      while (rows.hasNext()) {
        var unused = rows.next();
        count++;
      }
      return new Read(counting.rows, count, counting.differences(scan, sha256(scan)));
    } catch (IOException | RuntimeException e) {
      // Readers have exceptions of many types for bytes that are not what they should be.
      return new Read(counting.rows, 0, failures(scan, e));
    }
  }

  private List<Problem> failures(StoredScan scan, Exception e) {
    if (!io.broken().isEmpty()) {
      return io.broken().stream()
          .map(
              broken ->
                  new Problem(
                      broken.file().key().value(),
                      broken.file().sha256(),
                      broken.missing() ? Kind.MISSING : Kind.CHANGED,
                      broken.reason()))
          .toList();
    }
    return List.of(
        new Problem(
            scan.object(),
            sha256(scan),
            Kind.UNREADABLE,
            "'%s' (of '%s') can't be read as a table's file: %s"
                .formatted(scan.object(), scan.location(), e)));
  }

  private String sha256(StoredScan scan) {
    return io.find(scan.location()).map(StoredFile::sha256).orElse("");
  }

  private CloseableIterable<Record> open(StoredScan scan, Counting counting) {
    FileScanTask task = scan.task();
    GenericDeleteFilter deletes = new GenericDeleteFilter(io, task, task.schema(), task.schema());
    ReadBuilder<Record, Object> reader =
        FormatModelRegistry.<Record, Object>readBuilder(
                task.file().format(), Record.class, io.newInputFile(scan.location()))
            .project(deletes.requiredSchema())
            .idToConstant(
                PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant));
    if (!scan.nameMapping().isEmpty()) {
      reader = reader.withNameMapping(NameMappingParser.fromJson(scan.nameMapping()));
    }
    return deletes.filter(CloseableIterable.transform(reader.build(), counting::seen));
  }

  /** Counts rows, and nulls by column, before deletes hide some. */
  private static final class Counting {
    private final List<Types.NestedField> columns;
    private final long[] nulls;
    private long rows;

    Counting(Schema schema) {
      this.columns = schema.columns();
      this.nulls = new long[columns.size()];
    }

    Record seen(Record row) {
      rows++;
      for (int i = 0; i < nulls.length; i++) {
        if (row.get(i) == null) {
          nulls[i]++;
        }
      }
      return row;
    }

    List<Problem> differences(StoredScan scan, String sha256) {
      DataFile file = scan.task().file();
      List<String> differences = new ArrayList<>();
      if (rows != file.recordCount()) {
        differences.add("%d rows, and %d are recorded".formatted(rows, file.recordCount()));
      }
      Map<Integer, Long> recorded =
          file.nullValueCounts() == null ? new HashMap<>() : file.nullValueCounts();
      for (int i = 0; i < nulls.length; i++) {
        Types.NestedField column = columns.get(i);
        Long said = column.type().isPrimitiveType() ? recorded.get(column.fieldId()) : null;
        if (said != null && said != nulls[i]) {
          differences.add(
              "%d nulls in column '%s', and %d are recorded"
                  .formatted(nulls[i], column.name(), said));
        }
      }
      return differences.stream()
          .map(
              text ->
                  new Problem(
                      scan.object(),
                      sha256,
                      Kind.OTHER_ROWS,
                      "'%s' (of '%s') has %s".formatted(scan.object(), scan.location(), text)))
          .limit(1)
          .toList();
    }
  }
}
