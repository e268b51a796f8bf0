package io.bcn.table;

import io.bcn.errors.BcnException;
import java.io.IOException;
import java.util.List;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.types.Types;

/**
 * Rows of a Parquet or ORC file, through Iceberg's generic readers and writers, with the file's own
 * schema.
 *
 * <p>Every failure to read counts as damage: these readers do not tell a failing store from a
 * damaged file.
 */
final class ColumnarDeleteRows implements DeleteRows<Record> {
  private final InputFile in;
  private final FileFormat format;
  private final ColumnarFooter footer;
  private final int path;
  private final int position;

  private interface Step<T> {
    T run() throws IOException;
  }

  private ColumnarDeleteRows(InputFile in, FileFormat format, Step<ColumnarFooter> footer) {
    this.in = in;
    this.format = format;
    this.footer = reading(footer);
    this.path = column(PositionDeletes.FILE_PATH, "file_path");
    this.position = column(PositionDeletes.POS, "pos");
  }

  static ColumnarDeleteRows parquet(InputFile in) {
    return new ColumnarDeleteRows(in, FileFormat.PARQUET, () -> ColumnarFooter.parquet(in));
  }

  static ColumnarDeleteRows orc(InputFile in) {
    return new ColumnarDeleteRows(in, FileFormat.ORC, () -> ColumnarFooter.orc(in));
  }

  @Override
  public void forEachPosition(PositionSink sink) throws IOException {
    List<Types.NestedField> columns = footer.schema().columns();
    Schema part = new Schema(columns.get(path), columns.get(position));
    forEach(part, row -> sink.add(row.get(0, String.class), row.get(1, Long.class)));
  }

  @Override
  public void forEach(Sink<Record> sink) throws IOException {
    forEach(footer.schema(), sink);
  }

  @Override
  public String path(Record row) {
    return row.get(path, String.class);
  }

  @Override
  public long position(Record row) {
    return row.get(position, Long.class);
  }

  @Override
  public Record moved(Record row, String target) {
    row.set(path, target);
    return row;
  }

  @Override
  public void write(OutputFile out, Source<Record> rows) throws IOException {
    try (AbandonableFile target = new AbandonableFile(out)) {
      DataWriter<Record> writer =
          FormatModelRegistry.<Record, Object>dataWriteBuilder(
                  format, Record.class, EncryptedFiles.plainAsEncryptedOutput(target))
              .schema(footer.schema())
              .spec(PartitionSpec.unpartitioned())
              .meta(footer.metadata())
              .setAll(footer.writeProperties())
              .overwrite()
              .build();
      rows.into(writer::write);
      writer.close();
    }
  }

  private void forEach(Schema columns, Sink<Record> sink) throws IOException {
    try (CloseableIterable<Record> rows = reading(() -> open(columns));
        CloseableIterator<Record> iterator = reading(rows::iterator)) {
      while (reading(iterator::hasNext)) {
        sink.add(reading(iterator::next));
      }
    }
  }

  private CloseableIterable<Record> open(Schema columns) {
    return FormatModelRegistry.<Record, Object>readBuilder(format, Record.class, in)
        .project(columns)
        .build();
  }

  private int column(int fieldId, String name) {
    List<Types.NestedField> columns = footer.schema().columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).fieldId() == fieldId) {
        return i;
      }
    }
    throw Damage.of(PositionDeletes.THING, in.location(), "its schema has no field " + name);
  }

  private <T> T reading(Step<T> step) {
    try {
      return step.run();
    } catch (BcnException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw Damage.of(PositionDeletes.THING, in.location(), e);
    }
  }
}
