package io.bcn.it;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;

/**
 * Makes tables whose metadata is real and whose data files are not there: for planning at a scale
 * that no disk here holds.
 *
 * <p>Arguments: warehouse, number of tables, files a table, files a commit.
 */
public final class SyntheticTable {
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

  private SyntheticTable() {}

  public static void main(String[] args) {
    String warehouse = args[0];
    int tables = Integer.parseInt(args[1]);
    int files = Integer.parseInt(args[2]);
    int perCommit = Integer.parseInt(args[3]);
    try (HadoopCatalog catalog = new HadoopCatalog(new Configuration(), warehouse)) {
      catalog.createNamespace(Namespace.of("db"));
      for (int i = 0; i < tables; i++) {
        fill(
            catalog.createTable(
                TableIdentifier.of("db", "t%05d".formatted(i)),
                SCHEMA,
                PartitionSpec.unpartitioned(),
                Map.of()),
            files,
            perCommit);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void fill(Table table, int files, int perCommit) {
    for (int done = 0; done < files; done += perCommit) {
      AppendFiles append = table.newFastAppend();
      for (int i = done; i < Math.min(files, done + perCommit); i++) {
        append.appendFile(
            DataFiles.builder(table.spec())
                .withPath(
                    "%s/data/%05d-%d-0d4e1f7a-9d3c-4f6c-8b69-3f2f5a1c7e11-00001.parquet"
                        .formatted(table.location(), i % 1000, i))
                .withFileSizeInBytes(1_000_000 + i)
                .withRecordCount(1000)
                .build());
      }
      append.commit();
    }
  }
}
