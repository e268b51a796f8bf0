package io.bcn.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/**
 * An Avro file read record by record with its OWN schema, so that whatever was written, known to us
 * or not, is there and can be written again.
 *
 * <p><i>Fails</i> with DAMAGED where the bytes are no whole Avro file. A failure of the stream that
 * delivers the bytes is passed on as its {@link IOException}: it says nothing about the file.
 */
final class AvroFile {
  private final String thing;
  private final String location;
  private final AvroSource source;
  private final GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>();
  private final DataFileStream<GenericRecord> stream;

  /** What can fail while records are read. */
  private interface Step<T> {
    T run() throws IOException;
  }

  private AvroFile(String thing, String location, InputStream in) throws IOException {
    this.thing = thing;
    this.location = location;
    this.source = new AvroSource(in);
    this.stream =
        reading(
            () -> {
              DataFileStream<GenericRecord> opened = new DataFileStream<>(source, reader);
              source.headerIsRead();
              return opened;
            });
  }

  /** Opens the file. The stream is the caller's to close. */
  static AvroFile open(String thing, String location, InputStream in) throws IOException {
    return new AvroFile(thing, location, in);
  }

  Schema schema() {
    return stream.getSchema();
  }

  /** What the writer noted in the file's header. */
  Optional<String> header(String key) {
    return Optional.ofNullable(stream.getMetaString(key));
  }

  /**
   * Reads only a part of the schema from now on: skipping fields is much cheaper than reading them.
   */
  void project(Schema part) {
    reader.setExpected(part);
  }

  boolean hasNext() throws IOException {
    if (reading(stream::hasNext)) {
      return true;
    }
    source.rethrowFailure();
    if (!source.endsWithBlock()) {
      throw Damage.of(thing, location, "it ends within a block");
    }
    return false;
  }

  /** A record of its own, that may be kept. */
  GenericRecord next() throws IOException {
    return reading(stream::next);
  }

  /** Hands out the remaining records, one at a time: the same object is filled anew for each. */
  void forEach(Consumer<GenericRecord> action) throws IOException {
    GenericRecord record = null;
    while (hasNext()) {
      GenericRecord reused = record;
      record = reading(() -> stream.next(reused));
      action.accept(record);
    }
  }

  /**
   * Writes all records, edited, into a file with this file's schema, codec and header metadata.
   * Leaves it open.
   */
  void rewrite(OutputStream out, UnaryOperator<GenericRecord> edit) throws IOException {
    rewrite(out, Map.of(), record -> true, edit);
  }

  /** The same for some records, with notes for the header. */
  void rewrite(
      OutputStream out,
      Map<String, String> notes,
      Predicate<GenericRecord> kept,
      UnaryOperator<GenericRecord> edit)
      throws IOException {
    DataFileWriter<GenericRecord> writer = writer(out, notes);
    while (hasNext()) {
      GenericRecord record = next();
      if (kept.test(record)) {
        writer.append(edit.apply(record));
      }
    }
    writer.flush();
  }

  /**
   * An empty file with this file's schema, codec and header metadata.
   *
   * <p>The sync marker follows from the location, so that a second run of the same edits gives the
   * same bytes.
   */
  DataFileWriter<GenericRecord> writer(OutputStream out) throws IOException {
    return writer(out, Map.of());
  }

  private DataFileWriter<GenericRecord> writer(OutputStream out, Map<String, String> notes)
      throws IOException {
    DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema()));
    writer.setCodec(reading(this::codec));
    stream.getMetaKeys().stream()
        .filter(key -> !DataFileWriter.isReservedMeta(key) && !notes.containsKey(key))
        .forEach(key -> writer.setMeta(key, stream.getMeta(key)));
    notes.forEach(writer::setMeta);
    return writer.create(schema(), out, LocationHash.forSyncMarker(location));
  }

  private CodecFactory codec() {
    String name = stream.getMetaString(DataFileConstants.CODEC);
    return name == null ? CodecFactory.nullCodec() : CodecFactory.fromString(name);
  }

  private <T> T reading(Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (IOException | RuntimeException e) {
      // Avro's decoders run into every kind of exception on bytes that make no sense.
      source.rethrowFailure();
      throw Damage.of(thing, location, e);
    }
  }
}
