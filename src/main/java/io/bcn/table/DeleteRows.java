package io.bcn.table;

import java.io.IOException;
import org.apache.iceberg.io.OutputFile;

/** The rows of one position delete file, in the row type of its format. */
interface DeleteRows<R> {

  /** Takes rows; may fail like any writing. */
  interface Sink<R> {
    void add(R row) throws IOException;
  }

  /** Takes what orders rows. */
  interface PositionSink {
    void add(String path, long position);
  }

  /** Puts rows into a sink. */
  interface Source<R> {
    void into(Sink<R> sink) throws IOException;
  }

  /**
   * Reads the data file and the position of all rows, in the file's order, and no more where the
   * format allows.
   */
  void forEachPosition(PositionSink sink) throws IOException;

  /** Reads all rows whole, in the file's order. Rows are not reused. */
  void forEach(Sink<R> sink) throws IOException;

  String path(R row);

  long position(R row);

  /** The row with another data file: the same object, changed. */
  R moved(R row, String path);

  /** Writes rows into a file like this one. A failure leaves no file that could be read. */
  void write(OutputFile out, Source<R> rows) throws IOException;
}
