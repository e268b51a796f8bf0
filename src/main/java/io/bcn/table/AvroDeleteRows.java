package io.bcn.table;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Rows of an Avro file: with its own schema, so that a {@code row} column of any shape is kept. */
final class AvroDeleteRows implements DeleteRows<GenericRecord> {
  private final InputFile in;
  private final int path;
  private final int position;

  AvroDeleteRows(InputFile in) throws IOException {
    this.in = in;
    try (InputStream stream = in.newStream()) {
      Schema schema = open(stream).schema();
      this.path = column(schema, PositionDeletes.FILE_PATH, "file_path");
      this.position = column(schema, PositionDeletes.POS, "pos");
    }
  }

  @Override
  public void forEachPosition(PositionSink sink) throws IOException {
    try (InputStream stream = in.newStream()) {
      AvroFile file = open(stream);
      Schema part = AvroFields.only(file.schema(), Set.of(path, position));
      file.project(part);
      int partPath = column(part, PositionDeletes.FILE_PATH, "file_path");
      int partPosition = column(part, PositionDeletes.POS, "pos");
      file.forEach(row -> sink.add(row.get(partPath).toString(), (Long) row.get(partPosition)));
    }
  }

  @Override
  public void forEach(Sink<GenericRecord> sink) throws IOException {
    try (InputStream stream = in.newStream()) {
      AvroFile file = open(stream);
      while (file.hasNext()) {
        sink.add(file.next());
      }
    }
  }

  @Override
  public String path(GenericRecord row) {
    return row.get(path).toString();
  }

  @Override
  public long position(GenericRecord row) {
    return (Long) row.get(position);
  }

  @Override
  public GenericRecord moved(GenericRecord row, String target) {
    row.put(path, target);
    return row;
  }

  @Override
  public void write(OutputFile out, Source<GenericRecord> rows) throws IOException {
    try (InputStream stream = in.newStream();
        AbandonableFile target = new AbandonableFile(out)) {
      DataFileWriter<GenericRecord> writer = open(stream).writer(target.create());
      rows.into(writer::append);
      writer.close();
    }
  }

  private AvroFile open(InputStream stream) throws IOException {
    return AvroFile.open(PositionDeletes.THING, in.location(), stream);
  }

  private int column(Schema schema, int fieldId, String name) {
    return AvroFields.position(schema, fieldId, name)
        .orElseThrow(
            () -> Damage.of(PositionDeletes.THING, in.location(), "it has no column " + name));
  }
}
