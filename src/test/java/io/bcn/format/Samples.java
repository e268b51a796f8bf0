package io.bcn.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One repository at its second PIT, as documents: what the golden files hold. */
final class Samples {
  static final String CATALOG = "prod";
  static final PitId FIRST = new PitId(Instant.parse("2025-10-16T10:00:00Z"));
  static final PitId SECOND = new PitId(Instant.parse("2025-10-17T10:00:00.123Z"));
  static final DatabaseName DB1 = DatabaseName.parse("db1");
  static final DatabaseName DB2 = DatabaseName.parse("db2");
  static final TableName ORDERS = TableName.parse("db1.orders");
  private static final String ORDERS_UUID = "2b1c9a54-6c1b-4d6e-9f0e-3a1f5a0c7d11";
  private static final String OLD_UUID = "7d0f2c6e-0a54-4b7b-8a43-5b1d0f6a9e22";

  private Samples() {}

  static RepositoryManifest repositoryManifest() {
    return new RepositoryManifest(
        "1",
        Optional.of("5f0c1d2e-8a77-4c1e-b1f4-0d9a6b3c2e10"),
        Granularity.CATALOG,
        Scope.ofCatalog(CATALOG),
        TableState.COVERS_ALL,
        Instant.parse("2025-10-16T09:59:58Z"),
        Optional.of(SECOND.timestamp()),
        Optional.of(digest("second PIT")));
  }

  static PitManifest pitManifest() {
    return PitManifest.of(
            SECOND,
            Optional.of(new PitManifest.Parent(FIRST, digest("first PIT"))),
            "run-2",
            "0.1.0",
            new PitManifest.CutWindow(
                PitManifest.CutMode.CONSISTENT,
                Instant.parse("2025-10-17T10:00:00.250Z"),
                Instant.parse("2025-10-17T10:00:01.500Z")),
            new PitManifest.DeletedInSource(
                List.of(TableName.parse("db1.old_table")), List.of(DatabaseName.parse("db3"))),
            List.of(
                new PitManifest.DatabaseEntry(DB2, Map.of()),
                new PitManifest.DatabaseEntry(DB1, Map.of("owner", "sales"))),
            List.of(unreadableTable(), renamedTable(), unchangedTable(), changedTable()),
            List.of(deletedTable(), deletedDatabase()),
            List.of(
                new PitManifest.SkippedObject(
                    TableName.parse("db2.hive_table"), "it is not an Iceberg table")))
        .with(
            new PitViews(
                List.of(unreadableView(), renamedView(), changedView()),
                List.of(TableName.parse("db1.old_view")),
                List.of(deletedView())));
  }

  private static ViewEntry changedView() {
    TableName view = TableName.parse("db1.revenue");
    String location = "s3://lake/db1/revenue/metadata/00001-d4.gz.metadata.json";
    return new ViewEntry(
        view.database(),
        view.table(),
        Optional.of("4f5a6b7c-1d2e-4f3a-8b9c-0a1b2c3d4e5f"),
        TableStatus.ACTIVE,
        Optional.empty(),
        Optional.of(SECOND),
        Optional.of(
            new ObjectRef(Layout.viewMetadata(CATALOG, view, SECOND, location), digest("view 2"))),
        location,
        Optional.empty());
  }

  private static ViewEntry renamedView() {
    TableName old = TableName.parse("db1.open");
    String location = "s3://lake/db1/open/metadata/00000-e5.gz.metadata.json";
    return new ViewEntry(
            old.database(),
            old.table(),
            Optional.of("6e7f8091-a2b3-4c5d-9e6f-708192a3b4c5"),
            TableStatus.ACTIVE,
            Optional.empty(),
            Optional.of(FIRST),
            Optional.of(
                new ObjectRef(
                    Layout.viewMetadata(CATALOG, old, FIRST, location), digest("view 1"))),
            location,
            Optional.empty())
        .carriedOver(TableName.parse("db1.open_orders"));
  }

  private static ViewEntry unreadableView() {
    return new ViewEntry(
        DB2,
        "lost",
        Optional.empty(),
        TableStatus.FAILED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        Optional.of(
            new TableEntry.Failure(
                "SOURCE_MISSING", "Cannot read view 'db2.lost': no such object")));
  }

  private static DeletedObject deletedView() {
    return DeletedObject.ofTable(
        TableName.parse("db1.old_view"),
        SECOND.timestamp(),
        FIRST,
        Optional.of("8a9bacbd-ced0-4e1f-a2b3-c4d5e6f70819"));
  }

  static TableEntry changedTable() {
    return new TableEntry(
        ORDERS.database(),
        ORDERS.table(),
        Optional.of(ORDERS_UUID),
        TableStatus.ACTIVE,
        Optional.empty(),
        Optional.of(SECOND),
        Optional.of(state(ORDERS, SECOND, TablePart.DELTA)),
        "s3://lake/db1/orders/metadata/00002-b2.metadata.json",
        1760695200000L,
        2,
        1,
        new TableTotals(3, 14, 104_857_600, 5, 20_971_520),
        Optional.empty());
  }

  private static TableEntry unchangedTable() {
    return storedFirst(TableName.parse("db1.customers"), "0c4e7e52-3d2f-4d0d-8f10-6a2b9d7c1e33")
        .carriedOver(TableName.parse("db1.customers"));
  }

  private static TableEntry renamedTable() {
    return storedFirst(TableName.parse("db1.Sales 2024"), "9e8d7c6b-5a49-4838-9271-605f4e3d2c44")
        .carriedOver(TableName.parse("db2.sales_2024"));
  }

  private static TableEntry storedFirst(TableName table, String uuid) {
    return new TableEntry(
        table.database(),
        table.table(),
        Optional.of(uuid),
        TableStatus.ACTIVE,
        Optional.empty(),
        Optional.of(FIRST),
        Optional.of(state(table, FIRST, TablePart.SNAPSHOT)),
        "s3://lake/db1/" + uuid + "/metadata/00000-a0.metadata.json",
        1760608800000L,
        2,
        0,
        new TableTotals(1, 4, 4_194_304, 4, 4_194_304),
        Optional.empty());
  }

  private static TableEntry unreadableTable() {
    return new TableEntry(
        DB2,
        "broken",
        Optional.empty(),
        TableStatus.FAILED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "s3://lake/db2/broken/metadata/00007-c7.metadata.json",
        0,
        0,
        0,
        TableTotals.NOTHING,
        Optional.of(
            new TableEntry.Failure(
                "SOURCE_MISSING",
                "Cannot read manifest 's3://lake/db2/broken/m0.avro': no such object")));
  }

  static DeletedObject deletedTable() {
    return DeletedObject.ofTable(
        TableName.parse("db1.old_table"), SECOND.timestamp(), FIRST, Optional.of(OLD_UUID));
  }

  static DeletedObject deletedDatabase() {
    return DeletedObject.ofDatabase(DatabaseName.parse("db3"), SECOND.timestamp(), FIRST);
  }

  static TableState tableState() {
    ObjectKey first = Layout.tablePit(CATALOG, ORDERS, FIRST, TablePart.SNAPSHOT);
    ObjectKey second = Layout.tablePit(CATALOG, ORDERS, SECOND, TablePart.DELTA);
    String metadata = "s3://lake/db1/orders/metadata/00002-b2.metadata.json";
    return new TableState(
        "1",
        ORDERS.database(),
        ORDERS.table(),
        Optional.of(ORDERS_UUID),
        metadata,
        new ObjectRef(Layout.object(second, metadata), digest("metadata 2")),
        1760695200000L,
        2,
        List.of("s3://lake/db1/orders", "s3://fast/orders-data"),
        1,
        List.of(schema(1, "id", "amount"), schema(0, "id")),
        Optional.of(0),
        json("[{'spec-id':0,'fields':[]}]"),
        json("[{'order-id':0,'fields':[]}]"),
        Map.of("write.data.path", "s3://fast/orders-data", "format-version", "2"),
        json("{'main':{'type':'branch','snapshot-id':3051729675574597004}}"),
        3,
        TableState.COVERS_ALL,
        List.of(inventory(first, 9, 83_886_080), inventory(second, 5, 20_971_520)),
        List.of("s3://lake/db1/orders/metadata/00000-a0.metadata.json"));
  }

  static TableManifest tableManifest() {
    TableEntry second = changedTable();
    TableEntry first = storedFirst(ORDERS, ORDERS_UUID);
    return new TableManifest(
        "1",
        ORDERS.database(),
        ORDERS.table(),
        List.of(
            TableManifest.State.of(SECOND, second, second.state().orElseThrow()),
            TableManifest.State.of(FIRST, first, first.state().orElseThrow())));
  }

  static ExpiredMark expiredMark() {
    return new ExpiredMark(
        "1",
        true,
        FIRST.timestamp(),
        Instant.parse("2025-11-17T10:00:00Z"),
        "expire-9b2d",
        "5528e18a97f7214b4fa94b33ddfa0eaef3ae73ec5b3710eb95620150a8777435",
        Optional.of(Instant.parse("2025-10-15T10:00:00Z")),
        Optional.of("0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9"));
  }

  static InProgress inProgress() {
    return new InProgress(
        "1",
        SECOND.timestamp(),
        "run-2",
        "d3b0738e-1f5a-4a57-9c55-0e6f1a2b3c55",
        "driver-1.example",
        4711,
        Optional.of("0d5f2a9e-7c31-4a58-9b06-3e1f8c2d4a77 pid:[4026531836]"),
        Instant.parse("2025-10-17T10:00:00.123Z"),
        Instant.parse("2025-10-17T10:02:00.123Z"));
  }

  static String digest(String text) {
    return Documents.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static JsonNode json(String singleQuoted) {
    try {
      return new JsonMapper().readTree(singleQuoted.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static ObjectRef state(TableName table, PitId pit, TablePart part) {
    ObjectKey key = Layout.tableState(Layout.tablePit(CATALOG, table, pit, part));
    return new ObjectRef(key, digest(key.value()));
  }

  private static InventoryRef inventory(ObjectKey tablePit, long files, long bytes) {
    ObjectKey key = Layout.inventory(tablePit).resolve("part-00000.parquet");
    return new InventoryRef(key, digest(key.value()), files, bytes);
  }

  private static TableState.SchemaVersion schema(int version, String... fields) {
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < fields.length; i++) {
      columns.append(i == 0 ? "" : ",");
      columns.append(
          "{'id':%d,'name':'%s','required':false,'type':'long'}".formatted(i + 1, fields[i]));
    }
    String schema = "{'type':'struct','schema-id':%d,'fields':[%s]}".formatted(version, columns);
    return new TableState.SchemaVersion(version, json(schema));
  }
}
