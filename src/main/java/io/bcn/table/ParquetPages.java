package io.bcn.table;

import java.io.IOException;
import java.util.List;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.shaded.org.apache.parquet.format.PageHeader;
import org.apache.iceberg.shaded.org.apache.parquet.format.PageType;
import org.apache.iceberg.shaded.org.apache.parquet.format.Util;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;

/**
 * What the pages of a Parquet file ask for, refused where it is more than any writer's pages do:
 * Parquet reserves what a footer and a page's header say before it looks at the page, so a file of
 * a few bytes could ask for all memory. Only the headers are read here.
 */
final class ParquetPages {
  /** Of all columns together. A writer's page has a MiB; or 100 rows, where these are long. */
  static final long MOST_BYTES = 256 << 20;

  /** What one value of a dictionary takes, as an object. */
  private static final long VALUE_BYTES = 40;

  private ParquetPages() {}

  /** <i>Fails</i> with an {@link IOException} that says what the file asks for. */
  static void check(InputFile in, List<BlockMetaData> rowGroups) throws IOException {
    try (SeekableInputStream stream = in.newStream()) {
      for (BlockMetaData rowGroup : rowGroups) {
        long packed = 0;
        long unpacked = 0;
        for (ColumnChunkMetaData column : rowGroup.getColumns()) {
          packed = checked(packed, column.getTotalSize(), in.getLength());
          unpacked = checked(unpacked, mostAtOnce(stream, column), MOST_BYTES);
        }
      }
    }
  }

  private static long checked(long soFar, long asked, long most) throws IOException {
    if (asked < 0 || asked > most - soFar) {
      throw new IOException(
          "its pages ask for %,d bytes, and there can be no more than %,d"
              .formatted(asked, most - soFar));
    }
    return soFar + asked;
  }

  /** The dictionary, which stays, and the largest page of values: they come one by one. */
  private static long mostAtOnce(SeekableInputStream stream, ColumnChunkMetaData column)
      throws IOException {
    long dictionary = 0;
    long largest = 0;
    stream.seek(column.getStartingPos());
    for (long values = 0; values < column.getValueCount(); ) {
      PageHeader page = Util.readPageHeader(stream);
      long bytes = checked(0, page.getUncompressed_page_size(), MOST_BYTES);
      if (page.getType() == PageType.DICTIONARY_PAGE) {
        long objects = VALUE_BYTES * page.getDictionary_page_header().getNum_values();
        dictionary = Math.max(dictionary, Math.max(bytes, objects));
      } else {
        largest = Math.max(largest, bytes);
        values += valuesOf(page);
      }
      stream.seek(stream.getPos() + checked(0, page.getCompressed_page_size(), MOST_BYTES));
    }
    return dictionary + largest;
  }

  private static int valuesOf(PageHeader page) {
    return switch (page.getType()) {
      case DATA_PAGE -> page.getData_page_header().getNum_values();
      case DATA_PAGE_V2 -> page.getData_page_header_v2().getNum_values();
      default -> 0;
    };
  }
}
