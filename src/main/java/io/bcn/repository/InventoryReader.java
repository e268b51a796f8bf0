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
  /** A writer puts at most 200,000 rows into a part. */
  static final long MOST_ROWS = 1_000_000;

  /** The most text of one part: a small file may say the same long text a million times. */
  static final long MOST_CHARACTERS = 512 << 20;

  private static final int LONGEST_REASON = 300;

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
    try (ParquetFileReader file =
        ParquetFileReader.open(new Input(bytes), SmallPages.readOptions())) {
      file.getRowGroups().forEach(rowGroup -> SmallPages.checkLengths(rowGroup, bytes.length));
      long rowsSoFar = 0;
      Characters characters = new Characters();
      MessageType schema = file.getFooter().getFileMetaData().getSchema();
      MessageColumnIO columns = new ColumnIOFactory().getColumnIO(InventoryColumns.SCHEMA, schema);
      for (PageReadStore pages = file.readNextRowGroup();
          pages != null;
          pages = file.readNextRowGroup()) {
        checkRows(pages.getRowCount());
        rowsSoFar += pages.getRowCount();
        checkRows(rowsSoFar);
        RecordReader<Group> records =
            columns.getRecordReader(
                new SmallPages(pages), new GroupRecordConverter(InventoryColumns.SCHEMA));
        for (long i = 0; i < pages.getRowCount(); i++) {
          rows.accept(characters.counted(stored(records.read())));
        }
      }
    } catch (BcnException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Parquet says with a dozen exception types that a file is not Parquet.
      throw Repository.damaged(location, "it is no inventory: " + oneLine(e));
    }
  }

  /** Parquet's messages may hold whole schemas, as the file has them. */
  private static String oneLine(Exception failure) {
    String text = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    String shown = text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) + "…" : text;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }

  private static void checkRows(long rows) {
    if (rows < 0 || rows > MOST_ROWS) {
      throw new IllegalArgumentException(
          "it says that it has %,d rows, and no part has more than %,d".formatted(rows, MOST_ROWS));
    }
  }

  /** How much text a part has given so far. */
  private static final class Characters {
    private long count;

    StoredFile counted(StoredFile file) {
      count += file.location().length() + file.key().value().length() + file.sha256().length();
      if (count > MOST_CHARACTERS) {
        throw new IllegalArgumentException(
            "its rows have more than %,d characters".formatted(MOST_CHARACTERS));
      }
      return file;
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
