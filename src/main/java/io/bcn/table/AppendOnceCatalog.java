package io.bcn.table;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Spark's way to a table for the one write that adds rows to it: its commit fails where, by then,
 * the rows are there already. Iceberg checks that against the very state that the commit builds on,
 * also when it has to try again; so two restores that append the same rows at once add them once.
 *
 * <p>A class of Spark's catalog interface, as Spark makes writers for nothing else. It holds the
 * table that is written, under a name that nobody else has.
 */
public final class AppendOnceCatalog extends SparkCatalog {
  private static final String NAME = "bcn_append_once";

  private static final Map<String, Write> WRITES = new ConcurrentHashMap<>();

  /** One write: of the rows with this mark, into a table of this catalog. */
  private record Write(Catalog catalog, TableIdentifier table, RowMark mark) {}

  /** A write that Spark can be asked for while this is open. */
  static final class Opened implements AutoCloseable {
    private final String id;

    private Opened(String id) {
      this.id = id;
    }

    /** What Spark calls the table. */
    List<String> sparkName() {
      return List.of(NAME, id, WRITES.get(id).table().name());
    }

    @Override
    public void close() {
      WRITES.remove(id);
    }
  }

  static Opened open(RuntimeConfig settings, Catalog catalog, TableIdentifier table, RowMark mark) {
    settings.set("spark.sql.catalog." + NAME, AppendOnceCatalog.class.getName());
    settings.set("spark.sql.catalog." + NAME + ".cache-enabled", "false");
    String id = UUID.randomUUID().toString();
    WRITES.put(id, new Write(catalog, table, mark));
    return new Opened(id);
  }

  @Override
  protected Catalog buildIcebergCatalog(String name, CaseInsensitiveStringMap options) {
    return new Tables();
  }

  private static final class Tables implements Catalog {
    @Override
    public Table loadTable(TableIdentifier identifier) {
      Write write = WRITES.get(identifier.namespace().toString());
      if (write == null) {
        throw new NoSuchTableException("Table does not exist: %s", identifier);
      }
      return new AppendOnceTable(
          (BaseTable) write.catalog().loadTable(write.table()), write.mark());
    }

    @Override
    public List<TableIdentifier> listTables(Namespace namespace) {
      return List.of();
    }

    @Override
    public boolean dropTable(TableIdentifier identifier, boolean purge) {
      throw new UnsupportedOperationException("Only rows are added here");
    }

    @Override
    public void renameTable(TableIdentifier from, TableIdentifier to) {
      throw new UnsupportedOperationException("Only rows are added here");
    }
  }

  private static final class AppendOnceTable extends BaseTable {
    private final transient RowMark mark;

    AppendOnceTable(BaseTable table, RowMark mark) {
      super(table.operations(), table.name());
      this.mark = mark;
    }

    @Override
    public AppendFiles newAppend() {
      return super.newAppend().validateWith(absence());
    }

    @Override
    public AppendFiles newFastAppend() {
      return super.newFastAppend().validateWith(absence());
    }

    private SnapshotAncestryValidator absence() {
      return new SnapshotAncestryValidator() {
        @Override
        public boolean validate(Iterable<Snapshot> ancestors) {
          return StreamSupport.stream(ancestors.spliterator(), false)
              .noneMatch(snapshot -> mark.isOn(snapshot.summary()));
        }

        @Override
        public String errorMessage() {
          return "the rows are in the table already";
        }
      };
    }
  }
}
