package io.bcn.table;

import io.bcn.copy.FileProblem;
import io.bcn.copy.FileRow;
import io.bcn.errors.ErrorCode;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Where the files of a restore land: each place takes one file.
 *
 * <p>Two sources may have one place: one file in two spellings ({@code /x} and {@code file:/x}),
 * which is then placed once; or two files, when a table has folders of its own that look like those
 * that the mapping makes up, or names that differ only by the store. The second can't be restored:
 * one file would take the other one's place.
 */
public final class Landings {
  private Landings() {}

  /**
   * One row for each table and place; no work where no table moves.
   *
   * @param files {@link FileRow}s with what is stored
   * @return lazy; a row with an UNSUPPORTED problem for each place of two different files
   */
  public static Dataset<Row> oneEach(
      Dataset<Row> files, Broadcast<Map<Integer, TableTarget>> targets) {
    if (targets.value().values().stream().allMatch(table -> table.mapping().isIdentity())) {
      return files;
    }
    return files
        .groupByKey(
            (MapFunction<Row, String>) row -> place(FileRow.of(row), targets), Encoders.STRING())
        .flatMapGroups(
            (FlatMapGroupsFunction<String, Row, Row>) (place, rows) -> one(rows),
            FileRow.encoder());
  }

  private static String place(FileRow file, Broadcast<Map<Integer, TableTarget>> targets) {
    String location = targets.value().get(file.table()).locationOf(file.location(), file.kind());
    return file.table() + " " + location;
  }

  /** What has a problem already says enough for itself. */
  private static Iterator<Row> one(Iterator<Row> rows) {
    List<FileRow> files =
        StreamSupport.stream(((Iterable<Row>) () -> rows).spliterator(), false)
            .map(FileRow::of)
            .sorted(Comparator.comparing(FileRow::location))
            .toList();
    FileRow first = files.get(0);
    Stream<FileRow> kept =
        files.stream().anyMatch(file -> !file.problem().isEmpty())
            ? files.stream()
            : Stream.of(
                files.stream()
                    .filter(file -> !file.sha256().equals(first.sha256()))
                    .findFirst()
                    .map(other -> first.withProblem(clash(first, other)))
                    .orElse(first));
    return kept.map(FileRow::toRow).iterator();
  }

  private static FileProblem clash(FileRow one, FileRow other) {
    return new FileProblem(
        ErrorCode.UNSUPPORTED,
        "Cannot move '%s' and '%s': both would land in one place, and they are not the same file"
            .formatted(one.location(), other.location()),
        "Restore the table to its own location, where no file moves, or leave it out with --exclude.");
  }
}
