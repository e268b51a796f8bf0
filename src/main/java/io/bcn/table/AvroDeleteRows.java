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
      this.path = path(schema);
      this.position = position(schema);
    }
  }

  @Override
  public void forEachPosition(PositionSink sink) throws IOException {
    try (InputStream stream = in.newStream()) {
      AvroFile file = open(stream);
      Schema part = fields(file.schema()).only(Set.of(path, position));
      file.project(part);
      int partPath = path(part);
      int partPosition = position(part);
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

  private AvroFields fields(Schema schema) {
    return new AvroFields(PositionDeletes.THING, in.location(), schema);
  }

  private int path(Schema schema) {
    return fields(schema).required(PositionDeletes.FILE_PATH, "file_path", Schema.Type.STRING);
  }

  private int position(Schema schema) {
    return fields(schema).required(PositionDeletes.POS, "pos", Schema.Type.LONG);
  }
}
