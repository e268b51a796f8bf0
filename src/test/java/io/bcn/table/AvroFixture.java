package io.bcn.table;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;

/** Avro files of a test's own making, from schemas and rows in JSON. */
final class AvroFixture {
  private AvroFixture() {}

  static byte[] file(String schema, String codec, Map<String, String> header, String... rows)
      throws IOException {
    Schema parsed = new Schema.Parser().parse(schema);
    DatumWriter<GenericRecord> datums = new GenericDatumWriter<>(parsed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(datums)) {
      writer.setCodec(CodecFactory.fromString(codec));
      header.forEach(writer::setMeta);
      writer.create(parsed, bytes);
      for (String row : rows) {
        writer.append(
            new GenericDatumReader<GenericRecord>(parsed)
                .read(null, DecoderFactory.get().jsonDecoder(parsed, row)));
      }
    }
    return bytes.toByteArray();
  }
}
