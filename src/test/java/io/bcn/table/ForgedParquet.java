package io.bcn.table;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.iceberg.shaded.org.apache.parquet.format.ColumnMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.format.FileMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.format.PageHeader;
import org.apache.iceberg.shaded.org.apache.parquet.format.Util;

/** A Parquet file that says of its first column what no writer says. */
public final class ForgedParquet {
  private static final int AFTER_FOOTER_BYTES = 8;

  private ForgedParquet() {}

  /** The first page of the first column has another header. */
  public static byte[] withFirstPage(byte[] file, Consumer<PageHeader> forge) throws IOException {
    FileMetaData footer = footer(file);
    ColumnMetaData column = column(footer);
    int start = (int) column.getData_page_offset();
    if (column.isSetDictionary_page_offset()) {
      start = (int) Math.min(start, column.getDictionary_page_offset());
    }
    ByteArrayInputStream in = new ByteArrayInputStream(file, start, file.length - start);
    PageHeader page = Util.readPageHeader(in);
    int body = file.length - in.available();
    forge.accept(page);
    // The forged column stands where the footer was, and the footer behind it.
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    int end = footerStart(file);
    forged.write(file, 0, end);
    Util.writePageHeader(page, forged);
    int moved = forged.size() - body;
    forged.write(file, body, start + (int) column.getTotal_compressed_size() - body);
    column.setTotal_compressed_size(forged.size() - end);
    if (column.isSetDictionary_page_offset()) {
      column.setDictionary_page_offset(end);
      column.setData_page_offset(column.getData_page_offset() + moved);
    } else {
      column.setData_page_offset(end);
    }
    return closed(forged, footer);
  }

  /** What the footer says of the first column is something else. */
  public static byte[] withFirstColumn(byte[] file, Consumer<ColumnMetaData> forge)
      throws IOException {
    FileMetaData footer = footer(file);
    forge.accept(column(footer));
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    forged.writeBytes(Arrays.copyOf(file, footerStart(file)));
    return closed(forged, footer);
  }

  private static FileMetaData footer(byte[] file) throws IOException {
    int start = footerStart(file);
    return Util.readFileMetaData(new ByteArrayInputStream(file, start, file.length - start));
  }

  private static int footerStart(byte[] file) {
    int after = file.length - AFTER_FOOTER_BYTES;
    return after - ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(after);
  }

  private static ColumnMetaData column(FileMetaData footer) {
    return footer.getRow_groups().get(0).getColumns().get(0).getMeta_data();
  }

  private static byte[] closed(ByteArrayOutputStream forged, FileMetaData footer)
      throws IOException {
    int start = forged.size();
    Util.writeFileMetaData(footer, forged);
    int length = forged.size() - start;
    forged.writeBytes(
        ByteBuffer.allocate(AFTER_FOOTER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(length)
            .put("PAR1".getBytes(StandardCharsets.US_ASCII))
            .array());
    return forged.toByteArray();
  }
}
