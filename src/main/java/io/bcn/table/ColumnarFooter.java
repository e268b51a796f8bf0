package io.bcn.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.orc.ORCSchemaUtil;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.shaded.org.apache.orc.OrcProto;
import org.apache.iceberg.shaded.org.apache.orc.impl.OrcTail;
import org.apache.iceberg.shaded.org.apache.orc.impl.ReaderImpl;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.io.DelegatingSeekableInputStream;

/**
 * What a Parquet or ORC file says about itself, so that one like it can be written.
 *
 * @param schema the file's own, as Iceberg's types with the field ids that it holds
 * @param metadata the writer's key-value metadata, without what a writer adds itself
 * @param writeProperties the codec, as Iceberg's table property
 */
record ColumnarFooter(
    Schema schema, Map<String, String> metadata, Map<String, String> writeProperties) {
  private static final String ICEBERG_SCHEMA = "iceberg.schema";
  private static final int ORC_TAIL_BYTES = 16 * 1024;

  /** <i>Fails</i> with an {@link IOException} also where the file's pages cannot be meant. */
  static ColumnarFooter parquet(InputFile in) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetInput(in))) {
      ParquetPages.check(in, reader.getRowGroups());
      FileMetaData file = reader.getFileMetaData();
      Map<String, String> metadata = new HashMap<>(file.getKeyValueMetaData());
      metadata.remove(ICEBERG_SCHEMA);
      Map<String, String> properties = new HashMap<>();
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        String codec = rowGroup.getColumns().get(0).getCodec().name();
        properties.put(TableProperties.PARQUET_COMPRESSION, codec.toLowerCase(Locale.ROOT));
      }
      return new ColumnarFooter(ParquetSchemaUtil.convert(file.getSchema()), metadata, properties);
    }
  }

  static ColumnarFooter orc(InputFile in) throws IOException {
    OrcTail tail = orcTail(in);
    Map<String, String> metadata = new HashMap<>();
    for (OrcProto.UserMetadataItem item : tail.getFooter().getMetadataList()) {
      metadata.put(item.getName(), item.getValue().toStringUtf8());
    }
    String codec = tail.getCompressionKind().name().toLowerCase(Locale.ROOT);
    return new ColumnarFooter(
        ORCSchemaUtil.convert(tail.getSchema()),
        metadata,
        Map.of(TableProperties.ORC_COMPRESSION, codec));
  }

  /**
   * From the last bytes alone: what ORC offers instead wants a Hadoop file system, which a FileIO
   * may not have.
   */
  @SuppressWarnings("deprecation")
  private static OrcTail orcTail(InputFile in) throws IOException {
    long length = in.getLength();
    ByteBuffer end = lastBytes(in, length, Math.min(length, ORC_TAIL_BYTES));
    long tail = orcTailLength(end);
    return ReaderImpl.extractFileTail(
        tail <= end.limit() ? end : lastBytes(in, length, Math.min(length, tail)));
  }

  /** Statistics, footer, postscript, and one byte that says how long the postscript is. */
  private static long orcTailLength(ByteBuffer end) throws IOException {
    int postscriptLength = end.get(end.limit() - 1) & 0xff;
    byte[] postscript = new byte[postscriptLength];
    end.get(end.limit() - 1 - postscriptLength, postscript);
    OrcProto.PostScript parsed = OrcProto.PostScript.parseFrom(postscript);
    return 1L
        + postscriptLength
        + parsed.getFooterLength()
        + parsed.getMetadataLength()
        + parsed.getStripeStatisticsLength();
  }

  private static ByteBuffer lastBytes(InputFile in, long length, long wanted) throws IOException {
    int count = Math.toIntExact(wanted);
    byte[] bytes = new byte[count];
    try (SeekableInputStream stream = in.newStream()) {
      stream.seek(length - count);
      IOUtil.readFully(stream, bytes, 0, count);
    }
    return ByteBuffer.wrap(bytes);
  }

  /** Iceberg's input as Parquet's. */
  private record ParquetInput(InputFile file)
      implements org.apache.iceberg.shaded.org.apache.parquet.io.InputFile {
    @Override
    public long getLength() {
      return file.getLength();
    }

    /** What Parquet's messages call the file. */
    @Override
    public String toString() {
      return file.location();
    }

    @Override
    public org.apache.iceberg.shaded.org.apache.parquet.io.SeekableInputStream newStream() {
      SeekableInputStream stream = file.newStream();
      return new DelegatingSeekableInputStream(stream) {
        @Override
        public long getPos() throws IOException {
          return stream.getPos();
        }

        @Override
        public void seek(long position) throws IOException {
          stream.seek(position);
        }
      };
    }
  }
}
