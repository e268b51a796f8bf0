package io.bcn.restore;

import io.bcn.copy.Amounts;
import io.bcn.copy.FileRow;
import io.bcn.format.FileKind;
import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The files that the tables of a restore reach, counted. */
record Reached(Dataset<Row> files, Amounts amounts) {

  static Reached of(Dataset<Row> files) {
    return new Reached(files, Amounts.of(files));
  }

  Reached ofKinds(Predicate<FileKind> kinds) {
    Object[] names = Arrays.stream(FileKind.values()).filter(kinds).map(FileKind::name).toArray();
    return new Reached(
        files.filter(functions.col(FileRow.KIND).isin(names)), amounts.ofKinds(kinds));
  }
}
