package io.bcn.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The rows of every retained snapshot, read by Iceberg's own readers without an engine; for version
 * 3 each with its row id and the sequence number of its last change.
 */
record Readings(Map<Long, List<String>> bySnapshot) {

  static Readings of(Table table) {
    Map<Long, List<String>> rows = new TreeMap<>();
    for (Snapshot snapshot : table.snapshots()) {
      rows.put(snapshot.snapshotId(), rows(table, snapshot));
    }
    return new Readings(rows);
  }

  /** The column id of the current rows. */
  static List<Long> ids(Table table) {
    if (table.currentSnapshot() == null) {
      return List.of();
    }
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).select("id").build()) {
      return StreamSupport.stream(rows.spliterator(), false)
          .map(row -> (Long) row.getField("id"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> rows(Table table, Snapshot snapshot) {
    Schema schema =
        Optional.ofNullable(snapshot.schemaId()).map(table.schemas()::get).orElseGet(table::schema);
    Schema read =
        TableUtil.formatVersion(table) < 3 ? schema : MetadataColumns.schemaWithRowLineage(schema);
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table).useSnapshot(snapshot.snapshotId()).project(read).build()) {
      return StreamSupport.stream(rows.spliterator(), false)
          .map(Object::toString)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
