package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;

/** A table of Iceberg's own making on the local disk, written without Spark. */
final class SourceTable {
  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "word", Types.StringType.get()),
          Types.NestedField.optional(3, "part", Types.StringType.get()));

  private final Table table;
  private final FileFormat dataFormat;
  private int files;

  private SourceTable(Table table, FileFormat dataFormat) {
    this.table = table;
    this.dataFormat = dataFormat;
  }

  static SourceTable create(
      Path folder, int formatVersion, FileFormat dataFormat, Map<String, String> properties) {
    Map<String, String> all = new TreeMap<>(properties);
    all.put("format-version", String.valueOf(formatVersion));
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("part").build();
    Table table =
        new HadoopTables(new Configuration()).create(SCHEMA, spec, all, folder.toString());
    return new SourceTable(table, dataFormat);
  }

  Table table() {
    return table;
  }

  FileIO io() {
    return table.io();
  }

  String metadataLocation() {
    table.refresh();
    return ((BaseTable) table).operations().current().metadataFileLocation();
  }

  /** Rows with the ids from and to, both included, in one data file. */
  DataFile data(String part, long from, long to) {
    return data(table.locationProvider().newDataLocation(nextName(dataFormat)), part, from, to);
  }

  DataFile data(String location, String part, long from, long to) {
    DataWriter<Record> writer =
        writers(FileFormat.PARQUET).newDataWriter(output(location), table.spec(), partition(part));
    try (writer) {
      LongStream.rangeClosed(from, to).mapToObj(id -> row(id, part)).forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  /**
   * One position delete file for these positions of these data files, which must be of the part.
   */
  DeleteFile positionDeletes(FileFormat format, String part, Map<DataFile, long[]> positions) {
    String location = table.locationProvider().newDataLocation(nextName(format));
    PositionDeleteWriter<Record> writer =
        writers(format).newPositionDeleteWriter(output(location), table.spec(), partition(part));
    Map<String, long[]> byPath = new TreeMap<>();
    positions.forEach((file, list) -> byPath.put(file.location(), list));
    try (writer) {
      PositionDelete<Record> delete = PositionDelete.create();
      byPath.forEach(
          (path, list) -> LongStream.of(list).forEach(pos -> writer.write(delete.set(path, pos))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }

  DeleteFile equalityDeletes(FileFormat format, String part, long... ids) {
    String location = table.locationProvider().newDataLocation(nextName(format));
    EqualityDeleteWriter<Record> writer =
        writers(format).newEqualityDeleteWriter(output(location), table.spec(), partition(part));
    try (writer) {
      for (long id : ids) {
        Record row = GenericRecord.create(SCHEMA.select("id"));
        row.setField("id", id);
        writer.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }

  /** A deletion vector for each data file, all in one Puffin file. */
  List<DeleteFile> deletionVectors(String part, Map<DataFile, long[]> positions) {
    OutputFileFactory outputs =
        OutputFileFactory.builderFor(table, 1, files++).format(FileFormat.PUFFIN).build();
    try {
      DVFileWriter writer = new BaseDVFileWriter(outputs, path -> null);
      try (writer) {
        positions.forEach(
            (file, list) ->
                LongStream.of(list)
                    .forEach(
                        pos -> writer.delete(file.location(), pos, table.spec(), partition(part))));
      }
      return writer.result().deleteFiles();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A metadata file like the current one, as early writers of version 1 wrote it: each snapshot
   * names its manifests itself.
   */
  String withEmbeddedManifests() throws IOException {
    String current = metadataLocation();
    ObjectMapper json = new ObjectMapper();
    JsonNode root;
    try (InputStream in = io().newInputFile(current).newStream()) {
      root = json.readTree(in);
    }
    for (JsonNode snapshot : root.get("snapshots")) {
      String list = ((ObjectNode) snapshot).remove("manifest-list").textValue();
      ArrayNode manifests = ((ObjectNode) snapshot).putArray("manifests");
      try (InputStream in = io().newInputFile(list).newStream()) {
        ManifestListFile.read(in, list).forEach(entry -> manifests.add(entry.location()));
      }
    }
    String location = current.replaceAll("v\\d+\\.metadata", "embedded.metadata");
    try (OutputStream out = io().newOutputFile(location).create()) {
      json.writeValue(out, root);
    }
    return location;
  }

  /** The ids of the rows of the current snapshot. */
  static List<Long> currentIds(FileIO io, String metadataLocation) {
    Table table = new BaseTable(new StaticTableOperations(metadataLocation, io), "read");
    return rows(table, table.currentSnapshot().snapshotId()).stream()
        .map(row -> Long.valueOf(row.substring(0, row.indexOf('|'))))
        .toList();
  }

  /** The rows of each retained snapshot, sorted; read through any metadata file. */
  static Map<Long, List<String>> rowsBySnapshot(FileIO io, String metadataLocation) {
    Table table = new BaseTable(new StaticTableOperations(metadataLocation, io), "read");
    Map<Long, List<String>> rows = new TreeMap<>();
    for (Snapshot snapshot : table.snapshots()) {
      rows.put(snapshot.snapshotId(), rows(table, snapshot.snapshotId()));
    }
    return rows;
  }

  private static List<String> rows(Table table, long snapshotId) {
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table).useSnapshot(snapshotId).build()) {
      return StreamSupport.stream(rows.spliterator(), false)
          .map(row -> row.getField("id") + "|" + row.getField("word") + "|" + row.getField("part"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private GenericFileWriterFactory writers(FileFormat deleteFormat) {
    return new GenericFileWriterFactory.Builder(table)
        .dataFileFormat(dataFormat)
        .dataSchema(SCHEMA)
        .deleteFileFormat(deleteFormat)
        .equalityFieldIds(new int[] {1})
        .equalityDeleteRowSchema(SCHEMA.select("id"))
        .build();
  }

  private EncryptedOutputFile output(String location) {
    return EncryptedFiles.plainAsEncryptedOutput(table.io().newOutputFile(location));
  }

  private PartitionData partition(String part) {
    PartitionData partition = new PartitionData(table.spec().partitionType());
    partition.set(0, part);
    return partition;
  }

  private String nextName(FileFormat format) {
    return format.addExtension("part=x/%05d-%s".formatted(files++, UUID.randomUUID()));
  }

  private static Record row(long id, String part) {
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", id);
    row.setField("word", "word-" + id);
    row.setField("part", part);
    return row;
  }
}
