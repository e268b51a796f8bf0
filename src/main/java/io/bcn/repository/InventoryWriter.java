package io.bcn.repository;

import io.bcn.format.InventoryRef;
import io.bcn.format.ObjectKey;
import io.bcn.format.StoredFile;
import io.bcn.storage.ObjectWriter;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * Writes one part of an inventory as Parquet. <i>Source</i>: "Inventory" in the format document.
 */
public final class InventoryWriter {
  private InventoryWriter() {}

  /**
   * Stores the rows under the key and says what it stored.
   *
   * <p><i>Shape</i>: up to a few hundred thousand rows, of files that are stored already: a part is
   * never ahead of the objects that it names.
   */
  public static InventoryRef write(Storage storage, ObjectKey key, List<StoredFile> files)
      throws IOException {
    MessageDigest digest = sha256();
    try (ObjectWriter object = storage.write(key)) {
      try (ParquetWriter<Group> rows = writer(new DigestOutputStream(object, digest))) {
        for (StoredFile file : files) {
          rows.write(row(file));
        }
      }
      object.commit();
    }
    long bytes = files.stream().mapToLong(StoredFile::lengthBytes).sum();
    return new InventoryRef(key, HexFormat.of().formatHex(digest.digest()), files.size(), bytes);
  }

  private static Group row(StoredFile file) {
    return new SimpleGroup(InventoryColumns.SCHEMA)
        .append(InventoryColumns.LOCATION, file.location())
        .append(InventoryColumns.KEY, file.key().value())
        .append(InventoryColumns.KIND, file.kind().name())
        .append(InventoryColumns.LENGTH, file.lengthBytes())
        .append(InventoryColumns.SHA256, file.sha256());
  }

  private static ParquetWriter<Group> writer(DigestOutputStream out) throws IOException {
    return ExampleParquetWriter.builder(new Output(out))
        .withConf(new Configuration(false))
        .withType(InventoryColumns.SCHEMA)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .build();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Parquet's view of a stream that only goes forward, and that its opener closes. */
  private record Output(DigestOutputStream out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new DelegatingPositionOutputStream(out) {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int b) throws IOException {
          out.write(b);
          position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          out.write(bytes, offset, length);
          position += length;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
          write(bytes, 0, bytes.length);
        }

        @Override
        public void close() throws IOException {
          out.flush();
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
