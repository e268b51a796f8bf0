package io.bcn.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;

/** Tables written by Iceberg's Java API alone, without an engine. */
record JavaTables(Catalog catalog) implements TableWriter {
  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "word", Types.StringType.get()),
          Types.NestedField.optional(3, "part", Types.StringType.get()));

  @Override
  public String name() {
    return "java";
  }

  Table load(String table) {
    return catalog.loadTable(TableIdentifier.parse(table));
  }

  @Override
  public void create(String table, Shape shape) {
    PartitionSpec spec =
        shape.partitioned()
            ? PartitionSpec.builderFor(SCHEMA).identity("part").build()
            : PartitionSpec.unpartitioned();
    Catalog.TableBuilder builder =
        catalog
            .buildTable(TableIdentifier.parse(table), SCHEMA)
            .withPartitionSpec(spec)
            .withProperties(shape.allProperties());
    shape.location().ifPresent(builder::withLocation);
    builder.create();
  }

  @Override
  public void append(String name, String part, long from, long to) {
    Table table = load(name);
    var append = table.newFastAppend();
    dataFiles(table, part, from, to).forEach(append::appendFile);
    append.commit();
  }

  /** New data files that no snapshot has yet, one a partition. */
  static List<DataFile> dataFiles(Table table, String part, long from, long to) {
    return write(
        table, LongStream.rangeClosed(from, to).mapToObj(id -> row(table, part, id)).toList());
  }

  private static List<DataFile> write(Table table, List<Record> rows) {
    Map<PartitionKey, List<Record>> byPartition = new LinkedHashMap<>();
    PartitionKey key = new PartitionKey(table.spec(), table.schema());
    InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
    for (Record row : rows) {
      key.partition(wrapper.wrap(row));
      byPartition.computeIfAbsent(key.copy(), any -> new ArrayList<>()).add(row);
    }
    List<DataFile> files = new ArrayList<>();
    byPartition.forEach(
        (partition, some) ->
            files.add(write(table, newLocation(table, partition, format(table)), partition, some)));
    return files;
  }

  /** One data file at a place of the caller's choice. */
  static DataFile dataFile(Table table, String location, String part, long from, long to) {
    List<Record> rows =
        LongStream.rangeClosed(from, to).mapToObj(id -> row(table, part, id)).toList();
    PartitionKey key = new PartitionKey(table.spec(), table.schema());
    key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(rows.get(0)));
    return write(table, location, key, rows);
  }

  private static DataFile write(
      Table table, String location, StructLike partition, List<Record> rows) {
    DataWriter<Record> writer =
        writers(table).newDataWriter(output(table, location), table.spec(), partition);
    try (writer) {
      rows.forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  private static Record row(Table table, String part, long id) {
    Record row = GenericRecord.create(table.schema());
    for (Types.NestedField column : table.schema().columns()) {
      switch (column.name()) {
        case "id" -> row.setField("id", id);
        case "word" -> row.setField("word", "word-" + id);
        case "part" -> row.setField("part", part);
        default -> {}
      }
    }
    return row;
  }

  @Override
  public void delete(String name, long... ids) {
    Table table = load(name);
    Set<Long> wanted = LongStream.of(ids).boxed().collect(Collectors.toSet());
    Map<FileScanTask, List<Long>> hits = new LinkedHashMap<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        List<Long> positions = positions(table, task.file(), wanted);
        if (!positions.isEmpty()) {
          hits.put(task, positions);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    switch (TableUtil.formatVersion(table)) {
      case 1 -> rewriteWithout(table, hits.keySet(), wanted);
      case 2 -> writePositionDeletes(table, hits);
      default -> writeDeletionVectors(table, hits);
    }
  }

  private static List<Long> positions(Table table, DataFile file, Set<Long> ids) {
    List<Long> positions = new ArrayList<>();
    List<Record> rows = rows(table, file, table.schema().select("id"));
    for (int i = 0; i < rows.size(); i++) {
      if (ids.contains((Long) rows.get(i).getField("id"))) {
        positions.add((long) i);
      }
    }
    return positions;
  }

  private static List<Record> rows(Table table, DataFile file, Schema columns) {
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> all =
        FormatModelRegistry.<Record, Object>readBuilder(
                file.format(), Record.class, table.io().newInputFile(file.location()))
            .project(columns)
            .build()) {
      all.forEach(row -> rows.add(row.copy()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static void rewriteWithout(Table table, Set<FileScanTask> hit, Set<Long> ids) {
    OverwriteFiles overwrite = table.newOverwrite();
    for (FileScanTask task : hit) {
      overwrite.deleteFile(task.file());
      List<Record> kept =
          rows(table, task.file(), table.schema()).stream()
              .filter(row -> !ids.contains((Long) row.getField("id")))
              .toList();
      write(table, kept).forEach(overwrite::addFile);
    }
    overwrite.commit();
  }

  /** One delete file for all hit data files of a partition. */
  private static void writePositionDeletes(Table table, Map<FileScanTask, List<Long>> hits) {
    Map<List<Object>, List<FileScanTask>> byPartition = new LinkedHashMap<>();
    hits.keySet()
        .forEach(
            task ->
                byPartition
                    .computeIfAbsent(
                        List.of(task.file().specId(), task.file().partition().toString()),
                        any -> new ArrayList<>())
                    .add(task));
    RowDelta delta = table.newRowDelta();
    byPartition
        .values()
        .forEach(
            tasks -> {
              tasks.sort((a, b) -> a.file().location().compareTo(b.file().location()));
              delta.addDeletes(positionDeletes(table, tasks, hits));
            });
    delta.commit();
  }

  private static DeleteFile positionDeletes(
      Table table, List<FileScanTask> tasks, Map<FileScanTask, List<Long>> hits) {
    DataFile first = tasks.get(0).file();
    PartitionSpec spec = table.specs().get(first.specId());
    PositionDeleteWriter<Record> writer =
        writers(table)
            .newPositionDeleteWriter(
                output(table, newLocation(table, spec, first.partition(), deleteFormat(table))),
                spec,
                first.partition());
    try (writer) {
      PositionDelete<Record> delete = PositionDelete.create();
      for (FileScanTask task : tasks) {
        hits.get(task).forEach(pos -> writer.write(delete.set(task.file().location(), pos)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }

  /** All vectors in one Puffin file. */
  private static void writeDeletionVectors(Table table, Map<FileScanTask, List<Long>> hits) {
    Map<String, FileScanTask> byPath = new LinkedHashMap<>();
    hits.keySet().forEach(task -> byPath.put(task.file().location(), task));
    OutputFileFactory outputs =
        OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build();
    DVFileWriter writer =
        new BaseDVFileWriter(outputs, path -> earlierDeletes(table, byPath.get(path)));
    try (writer) {
      hits.forEach(
          (task, positions) ->
              positions.forEach(
                  pos ->
                      writer.delete(
                          task.file().location(),
                          pos,
                          table.specs().get(task.file().specId()),
                          task.file().partition())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    DeleteWriteResult result = writer.result();
    RowDelta delta = table.newRowDelta().validateFromSnapshot(table.currentSnapshot().snapshotId());
    result.deleteFiles().forEach(delta::addDeletes);
    result.rewrittenDeleteFiles().forEach(delta::removeDeletes);
    delta.commit();
  }

  private static PositionDeleteIndex earlierDeletes(Table table, FileScanTask task) {
    List<DeleteFile> positions =
        task.deletes().stream()
            .filter(file -> file.content() == org.apache.iceberg.FileContent.POSITION_DELETES)
            .toList();
    if (positions.isEmpty()) {
      // What Iceberg's writer takes for "none".
      return null;
    }
    return new BaseDeleteLoader(file -> table.io().newInputFile(file.location()))
        .loadPositionDeletes(positions, task.file().location());
  }

  /** One commit of one equality delete file, by the column id, for all partitions. */
  static void deleteByEquality(Table table, FileFormat format, long... ids) {
    PartitionSpec everywhere =
        table.specs().values().stream()
            .filter(PartitionSpec::isUnpartitioned)
            .findFirst()
            .orElseThrow();
    Schema key = table.schema().select("id");
    EqualityDeleteWriter<Record> writer =
        new GenericFileWriterFactory.Builder(table)
            .dataSchema(table.schema())
            .deleteFileFormat(format)
            .equalityFieldIds(new int[] {1})
            .equalityDeleteRowSchema(key)
            .build()
            .newEqualityDeleteWriter(
                output(table, newLocation(table, everywhere, null, format)), everywhere, null);
    try (writer) {
      for (long id : new HashSet<>(LongStream.of(ids).boxed().toList())) {
        Record row = GenericRecord.create(key);
        row.setField("id", id);
        writer.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    table.newRowDelta().addDeletes(writer.toDeleteFile()).commit();
  }

  private static GenericFileWriterFactory writers(Table table) {
    return new GenericFileWriterFactory.Builder(table)
        .dataFileFormat(format(table))
        .dataSchema(table.schema())
        .deleteFileFormat(deleteFormat(table))
        .build();
  }

  private static FileFormat format(Table table) {
    return FileFormat.fromString(
        table.properties().getOrDefault("write.format.default", "parquet"));
  }

  private static FileFormat deleteFormat(Table table) {
    return FileFormat.fromString(
        table.properties().getOrDefault("write.delete.format.default", "parquet"));
  }

  private static String newLocation(Table table, PartitionKey partition, FileFormat format) {
    return newLocation(table, table.spec(), partition, format);
  }

  private static String newLocation(
      Table table, PartitionSpec spec, StructLike partition, FileFormat format) {
    String name = format.addExtension(UUID.randomUUID().toString());
    return spec.isUnpartitioned()
        ? table.locationProvider().newDataLocation(name)
        : table.locationProvider().newDataLocation(spec, partition, name);
  }

  private static EncryptedOutputFile output(Table table, String location) {
    return EncryptedFiles.plainAsEncryptedOutput(table.io().newOutputFile(location));
  }
}
