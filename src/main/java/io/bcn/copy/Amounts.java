package io.bcn.copy;

import io.bcn.format.FileKind;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * How much a dataset of {@link FileRow}s is, counted once for all that is asked later.
 *
 * <p><i>Shape</i>: one entry a table and kind of file. A length that the metadata does not say
 * counts as zero.
 */
public record Amounts(List<Amount> all) {
  public static final Amounts NOTHING = new Amounts(List.of());

  public Amounts {
    all = List.copyOf(all);
  }

  /** The files of one kind of one table; those with a problem among them are counted apart too. */
  public record Amount(int table, FileKind kind, long files, long bytes, long problems) {}

  /** Counts the rows: one Spark job. */
  public static Amounts of(Dataset<Row> files) {
    Column length = functions.greatest(functions.col(FileRow.LENGTH), functions.lit(0L));
    Column broken = functions.when(functions.col(FileRow.PROBLEM).notEqual(""), 1L).otherwise(0L);
    return new Amounts(
        files
            .groupBy(FileRow.TABLE, FileRow.KIND)
            .agg(functions.count(functions.lit(1)), functions.sum(length), functions.sum(broken))
            .collectAsList()
            .stream()
            .map(
                row ->
                    new Amount(
                        row.getInt(0),
                        FileKind.valueOf(row.getString(1)),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4)))
            .toList());
  }

  public Amounts ofTable(int table) {
    return only(amount -> amount.table() == table);
  }

  public Amounts ofKinds(Predicate<FileKind> kinds) {
    return only(amount -> kinds.test(amount.kind()));
  }

  private Amounts only(Predicate<Amount> wanted) {
    return new Amounts(all.stream().filter(wanted).toList());
  }

  public long files() {
    return all.stream().mapToLong(Amount::files).sum();
  }

  public long bytes() {
    return all.stream().mapToLong(Amount::bytes).sum();
  }

  public boolean hasProblems() {
    return all.stream().anyMatch(amount -> amount.problems() > 0);
  }
}
