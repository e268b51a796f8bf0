package io.bcn.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;

/**
 * Makes many or large tables quickly: their metadata is Iceberg's own, their data files hold no
 * Parquet, and are not even there unless asked for. For planning at a scale that no disk here
 * holds, and for copying many small files.
 *
 * <p>Arguments: warehouse, number of tables, files a table, files a commit, length of a file in
 * bytes, and {@code written} or {@code absent}.
 */
public final class SyntheticTable {
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

  private final int files;
  private final int perCommit;
  private final int lengthBytes;
  private final boolean written;

  private SyntheticTable(String[] args) {
    this.files = Integer.parseInt(args[2]);
    this.perCommit = Integer.parseInt(args[3]);
    this.lengthBytes = Integer.parseInt(args[4]);
    this.written = args[5].equals("written");
  }

  public static void main(String... args) throws IOException {
    SyntheticTable synthetic = new SyntheticTable(args);
    int tables = Integer.parseInt(args[1]);
    try (HadoopCatalog catalog = new HadoopCatalog(new Configuration(), args[0])) {
      catalog.createNamespace(Namespace.of("db"));
      for (int i = 0; i < tables; i++) {
        synthetic.fill(catalog.createTable(TableIdentifier.of("db", "t%05d".formatted(i)), SCHEMA));
      }
    }
  }

  /** One more commit of one file that is there, to each of the first tables. */
  static void change(Path warehouse, int tables, int lengthBytes) throws IOException {
    SyntheticTable synthetic =
        new SyntheticTable(
            new String[] {"", "", "1", "1", Integer.toString(lengthBytes), "written"});
    try (HadoopCatalog catalog = new HadoopCatalog(new Configuration(), warehouse.toString())) {
      for (int i = 0; i < tables; i++) {
        Table table = catalog.loadTable(TableIdentifier.of("db", "t%05d".formatted(i)));
        int next = 1000 + (int) table.currentSnapshot().sequenceNumber();
        table.newFastAppend().appendFile(synthetic.dataFile(table, next)).commit();
      }
    }
  }

  private void fill(Table table) throws IOException {
    for (int done = 0; done < files; done += perCommit) {
      AppendFiles append = table.newFastAppend();
      for (int i = done; i < Math.min(files, done + perCommit); i++) {
        append.appendFile(dataFile(table, i));
      }
      append.commit();
    }
  }

  private DataFile dataFile(Table table, int number) throws IOException {
    String path =
        "%s/data/%05d-%d-0d4e1f7a-9d3c-4f6c-8b69-3f2f5a1c7e11-00001.parquet"
            .formatted(table.location(), number % 1000, number);
    if (written) {
      Files.createDirectories(Path.of(path).getParent());
      Files.write(Path.of(path), new byte[lengthBytes]);
    }
    return DataFiles.builder(table.spec())
        .withPath(path)
        .withFileSizeInBytes(lengthBytes)
        .withRecordCount(1000)
        .build();
  }
}
