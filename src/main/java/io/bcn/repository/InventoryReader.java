package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.format.FileKind;
import io.bcn.format.InventoryRef;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.StoredFile;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;

/** Reads one part of an inventory, after a check of its digest. */
public final class InventoryReader {
  private InventoryReader() {}

  /**
   * Gives every row to the consumer. <i>Fails</i> with DAMAGED where the part is gone, changed, or
   * no inventory.
   */
  public static void read(Storage storage, InventoryRef ref, Consumer<StoredFile> rows) {
    byte[] bytes = Repository.bytes(storage, new ObjectRef(ref.key(), ref.sha256()));
    parse(bytes, Repository.location(storage, ref.key()), rows);
  }

  /** The same for bytes that no document vouches for: what a dead backup left. */
  public static void parse(byte[] bytes, String location, Consumer<StoredFile> rows) {
    try (ParquetFileReader file = ParquetFileReader.open(new Input(bytes))) {
      MessageType schema = file.getFooter().getFileMetaData().getSchema();
      MessageColumnIO columns = new ColumnIOFactory().getColumnIO(InventoryColumns.SCHEMA, schema);
      for (PageReadStore pages = file.readNextRowGroup();
          pages != null;
          pages = file.readNextRowGroup()) {
        RecordReader<Group> records =
            columns.getRecordReader(pages, new GroupRecordConverter(InventoryColumns.SCHEMA));
        for (long i = 0; i < pages.getRowCount(); i++) {
          rows.accept(stored(records.read()));
        }
      }
    } catch (BcnException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Parquet says with a dozen exception types that a file is not Parquet.
      throw Repository.damaged(location, "it is no inventory: " + e.getMessage());
    }
  }

  private static StoredFile stored(Group row) {
    return new StoredFile(
        row.getString(InventoryColumns.LOCATION, 0),
        new ObjectKey(row.getString(InventoryColumns.KEY, 0)),
        FileKind.valueOf(row.getString(InventoryColumns.KIND, 0)),
        row.getLong(InventoryColumns.LENGTH, 0),
        row.getString(InventoryColumns.SHA256, 0));
  }

  private static final class Input implements InputFile {
    private final byte[] bytes;

    Input(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long getLength() {
      return bytes.length;
    }

    @Override
    public SeekableInputStream newStream() {
      return new DelegatingSeekableInputStream(new Seekable(bytes)) {
        @Override
        public long getPos() {
          return ((Seekable) getStream()).position();
        }

        @Override
        public void seek(long position) {
          ((Seekable) getStream()).seek(position);
        }
      };
    }
  }

  private static final class Seekable extends InputStream {
    private final ByteBuffer bytes;

    Seekable(byte[] bytes) {
      this.bytes = ByteBuffer.wrap(bytes);
    }

    long position() {
      return bytes.position();
    }

    void seek(long position) {
      bytes.position(Math.toIntExact(position));
    }

    @Override
    public int read() {
      return bytes.hasRemaining() ? bytes.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (!bytes.hasRemaining()) {
        return length == 0 ? 0 : -1;
      }
      int count = Math.min(length, bytes.remaining());
      bytes.get(target, offset, count);
      return count;
    }
  }
}
