package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.types.Comparators;

/**
 * Relocates position delete files: the data file of each row changes, all else stays, and the rows
 * stay in the order that Iceberg demands, by data file and then by position.
 *
 * <p>The file is read twice: first its order under the mapping is checked, then it is streamed.
 * Only where the order breaks (data files below several roots, or outside them) all rows are held
 * in memory and sorted; that is bounded by what one delete file holds. <i>Source</i>: Iceberg's
 * table spec, "Position Delete Files".
 */
public final class PositionDeletes {
  static final String THING = "position delete file";

  /** Iceberg's reserved field ids of the columns. */
  static final int FILE_PATH = 2147483546;

  static final int POS = 2147483545;

  private PositionDeletes() {}

  /**
   * Writes the file for another place, over whatever is there, in the same format, schema and
   * codec.
   *
   * <p><i>Fails</i> with DAMAGED, naming the file, where it cannot be read; with UNSUPPORTED for
   * another format.
   *
   * @param format {@code parquet}, {@code orc} or {@code avro}, in any case
   */
  public static void relocate(InputFile in, OutputFile out, String format, LocationMapping mapping)
      throws IOException {
    switch (format.toLowerCase(Locale.ROOT)) {
      case "avro" -> relocate(new AvroDeleteRows(in), in, out, mapping);
      case "parquet" -> relocate(ColumnarDeleteRows.parquet(in), in, out, mapping);
      case "orc" -> relocate(ColumnarDeleteRows.orc(in), in, out, mapping);
      default ->
          throw new BcnException(
              ErrorCode.UNSUPPORTED,
              "Cannot relocate position delete file '%s': its format is '%s'"
                  .formatted(in.location(), format),
              "Use a newer version of BCN for this table, or leave the table out.");
    }
  }

  private static <R> void relocate(
      DeleteRows<R> rows, InputFile in, OutputFile out, LocationMapping mapping)
      throws IOException {
    Map<String, String> targets = new HashMap<>();
    OrderCheck order = new OrderCheck();
    rows.forEachPosition(
        (path, position) -> order.next(targets.computeIfAbsent(path, mapping::map), position));
    if (targets.isEmpty()) {
      // Without rows it names nothing; and Iceberg's ORC writer would create no file at all.
      copy(in, out);
      return;
    }
    if (order.holds()) {
      rows.write(out, sink -> moved(rows, targets, sink));
      return;
    }
    List<R> sorted = new ArrayList<>();
    moved(rows, targets, sorted::add);
    sorted.sort(
        Comparator.<R, CharSequence>comparing(rows::path, Comparators.charSequences())
            .thenComparingLong(rows::position));
    rows.write(
        out,
        sink -> {
          for (R row : sorted) {
            sink.add(row);
          }
        });
  }

  private static <R> void moved(
      DeleteRows<R> rows, Map<String, String> targets, DeleteRows.Sink<R> sink) throws IOException {
    rows.forEach(row -> sink.add(rows.moved(row, targets.get(rows.path(row)))));
  }

  private static void copy(InputFile in, OutputFile out) throws IOException {
    try (InputStream source = in.newStream();
        OutputStream target = out.createOrOverwrite()) {
      source.transferTo(target);
    }
  }

  /** Whether the rows seen so far ascend by path and position. */
  private static final class OrderCheck {
    private String lastPath = "";
    private long lastPosition = -1;
    private boolean holds = true;

    void next(String path, long position) {
      int order = Comparators.charSequences().compare(lastPath, path);
      holds &= order < 0 || (order == 0 && lastPosition <= position);
      lastPath = path;
      lastPosition = position;
    }

    boolean holds() {
      return holds;
    }
  }
}
