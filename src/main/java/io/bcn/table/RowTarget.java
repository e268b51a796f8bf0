package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.SparkSession;

/**
 * A table that exists, as it was when it was looked at, and that gets another table's rows added.
 *
 * <p>Nothing but its rows changes: not its schema, not its properties. What does not fit is a
 * difference and not something to be mended here.
 */
public final class RowTarget {
  private static final String ENCRYPTION_KEY = "encryption.key-id";

  private final TargetCatalog catalog;
  private final TableName name;
  private final BaseTable table;
  private final int fileIo;

  RowTarget(TargetCatalog catalog, TableName name, BaseTable table, int fileIo) {
    this.catalog = catalog;
    this.name = name;
    this.table = table;
    this.fileIo = fileIo;
  }

  /** Index of what writes in the table's folder into the catalog's {@link FileIos}. */
  public int fileIo() {
    return fileIo;
  }

  public String location() {
    return table.location();
  }

  /** How the state's rows fit into this table. */
  public SchemaMatch match(TableState state) {
    SchemaMatch match =
        ColumnMatching.of(
            TableSchemas.of(state), TableSchemas.of(table.schema(), table.schemas().values()));
    if (!table.properties().containsKey(ENCRYPTION_KEY)) {
      return match;
    }
    List<String> differences = new ArrayList<>(match.differences());
    differences.add("the target is encrypted, and the rows would lie in its folder as they are");
    return new SchemaMatch(match.readingSchema(), match.columns(), differences);
  }

  /**
   * Whether the current snapshot builds on one that brought these rows: an append that was rolled
   * back does not count, nor can one that has been expired be seen.
   */
  public boolean has(RowMark mark) {
    return appended(mark).isPresent();
  }

  /** Whether the table is in this very state: nothing has changed since the backup or a restore. */
  public boolean isAt(TableState state) {
    long theirs = state.refs().path("main").path("snapshot-id").asLong(MetadataFile.NO_SNAPSHOT);
    Snapshot current = table.currentSnapshot();
    return theirs == (current == null ? MetadataFile.NO_SNAPSHOT : current.snapshotId())
        && TableSchemas.of(state).current().sameSchema(table.schema());
  }

  /** The filter whose rows alone the table holds, as the restore that made it says; else none. */
  public Optional<String> ownCoverage() {
    return Optional.ofNullable(table.properties().get(Coverage.PROPERTY));
  }

  /** The PIT from which rows of the same source, in another state, were added before. */
  public Optional<String> pitOfOtherState(RowMark mark) {
    return ancestors()
        .filter(snapshot -> mark.isOfSameSourceAs(snapshot.summary()))
        .map(snapshot -> snapshot.summary().get(RowMark.PIT))
        .findFirst();
  }

  /**
   * Adds the current rows of an unregistered table, in one commit.
   *
   * <p><i>Idempotent</i>: where the rows are there already, nothing is done. <i>Fails</i> with
   * FAILED, and then nothing was added, where the table's schema is another by now.
   *
   * @param metadataLocation a metadata file of the extent {@link Extent.CurrentRows}
   * @return rows that were added
   */
  public long append(SparkSession spark, String metadataLocation, RowMark mark) {
    RowTarget now = catalog.rowTarget(name);
    if (!now.table.schema().sameSchema(table.schema())) {
      throw new BcnException(
          ErrorCode.FAILED,
          "Cannot append to table '%s': its schema has changed meanwhile".formatted(name),
          "Run the restore again; nothing was added to this table.");
    }
    if (!now.has(mark)) {
      new RowAppend(spark, catalog, name, now.table.io(), metadataLocation, mark).run();
    }
    return catalog
        .rowTarget(name)
        .appended(mark)
        .map(snapshot -> Long.parseLong(snapshot.summary().getOrDefault("added-records", "0")))
        .orElse(0L);
  }

  private Optional<Snapshot> appended(RowMark mark) {
    return ancestors().filter(snapshot -> mark.isOn(snapshot.summary())).findFirst();
  }

  private Stream<Snapshot> ancestors() {
    return StreamSupport.stream(SnapshotUtil.currentAncestors(table).spliterator(), false);
  }
}
