package io.bcn.repository;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopCodecs;

/**
 * The pages of an inventory, refused where they are larger than any writer of ours makes them:
 * Parquet gives what a page's header asks for before it looks at the page, so a file of a few bytes
 * could ask for all memory.
 */
record SmallPages(PageReadStore pages) implements PageReadStore {
  /** A writer's pages have a MiB. */
  private static final int LONGEST_PAGE_BYTES = 64 << 20;

  /** How a file is opened whose pages are to be small. */
  static ParquetReadOptions readOptions() {
    // Hadoop's own files of settings say nothing about this, and take longer to read than a part.
    Configuration nothing = new Configuration(false);
    return HadoopReadOptions.builder(nothing)
        .withCodecFactory(new SmallCodecs(HadoopCodecs.newFactory(nothing, 0)))
        .build();
  }

  /** Parquet reserves also what the footer says of the columns, before it reads them. */
  static void checkLengths(BlockMetaData rowGroup, long fileBytes) {
    long left = fileBytes;
    for (ColumnChunkMetaData column : rowGroup.getColumns()) {
      if (column.getTotalSize() < 0 || column.getTotalSize() > left) {
        throw new IllegalArgumentException(
            "a column says that it has %,d bytes, and the file has %,d"
                .formatted(column.getTotalSize(), fileBytes));
      }
      left -= column.getTotalSize();
    }
  }

  @Override
  public long getRowCount() {
    return pages.getRowCount();
  }

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    return new Pages(pages.getPageReader(column));
  }

  private record Pages(PageReader pages) implements PageReader {
    /** It becomes an array of that many values. */
    @Override
    public DictionaryPage readDictionaryPage() {
      DictionaryPage page = pages.readDictionaryPage();
      return Optional.ofNullable(page).map(Pages::checked).orElse(page);
    }

    private static DictionaryPage checked(DictionaryPage page) {
      // A value has four bytes or more: a number, or a text's length.
      if (page.getDictionarySize() > page.getBytes().size() / Integer.BYTES) {
        throw new IllegalArgumentException(
            "a dictionary says that it has %,d values in %,d bytes"
                .formatted(page.getDictionarySize(), page.getBytes().size()));
      }
      return page;
    }

    @Override
    public long getTotalValueCount() {
      return pages.getTotalValueCount();
    }

    @Override
    public DataPage readPage() {
      return pages.readPage();
    }
  }

  private static int checkedLength(int lengthBytes) {
    if (lengthBytes < 0 || lengthBytes > LONGEST_PAGE_BYTES) {
      throw new IllegalArgumentException(
          "a page says that it has %,d bytes, and none has more than %,d"
              .formatted(lengthBytes, LONGEST_PAGE_BYTES));
    }
    return lengthBytes;
  }

  private record SmallCodecs(CompressionCodecFactory codecs) implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName name) {
      return codecs.getCompressor(name);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
      return new SmallDecompressor(codecs.getDecompressor(name));
    }

    @Override
    public void release() {
      codecs.release();
    }
  }

  private record SmallDecompressor(CompressionCodecFactory.BytesInputDecompressor decompressor)
      implements CompressionCodecFactory.BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int uncompressedBytes) throws IOException {
      return decompressor.decompress(bytes, checkedLength(uncompressedBytes));
    }

    @Override
    public void decompress(
        ByteBuffer input, int compressedBytes, ByteBuffer output, int uncompressedBytes)
        throws IOException {
      decompressor.decompress(input, compressedBytes, output, checkedLength(uncompressedBytes));
    }

    @Override
    public void release() {
      decompressor.release();
    }
  }
}
