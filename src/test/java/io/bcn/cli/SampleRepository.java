package io.bcn.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.format.DatabaseName;
import io.bcn.format.DeletedObject;
import io.bcn.format.Documents;
import io.bcn.format.InProgress;
import io.bcn.format.InventoryRef;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitManifest.CutWindow;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.PitManifest.DeletedInSource;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.PitViews;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.format.TableStatus;
import io.bcn.format.TableTotals;
import io.bcn.format.ViewEntry;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A repository made of documents that were written by hand: a first PIT; a second in which a table
 * changed, one got another name, one and a database went; a third in which a table failed.
 */
final class SampleRepository {
  static final PitId FIRST = PitId.parse("20260101T100000.123Z");
  static final PitId SECOND = PitId.parse("20260102T100000.000Z");
  static final PitId THIRD = PitId.parse("20260103T100000.000Z");
  private static final DatabaseName SALES = DatabaseName.parse("sales");
  private static final DatabaseName HR = DatabaseName.parse("hr");
  private static final DatabaseName OLD = DatabaseName.parse("old");

  /** Two versions, the second in two dialects. */
  private static final String VIEW_METADATA =
      """
      {"view-uuid": "u-recent", "format-version": 1, "location": "s3://lake/sales.recent",
       "current-version-id": 2, "properties": {"team": "a", "comment": "the last ones"},
       "schemas": [{"schema-id": 0, "type": "struct",
                    "fields": [{"id": 1, "name": "id", "required": false, "type": "long"}]}],
       "versions": [
         {"version-id": 1, "schema-id": 0, "timestamp-ms": 1767348000000, "summary": {},
          "default-namespace": ["sales"],
          "representations": [{"type": "sql", "dialect": "spark", "sql": "SELECT id FROM orders"}]},
         {"version-id": 2, "schema-id": 0, "timestamp-ms": 1767348060000, "summary": {},
          "default-namespace": ["sales"],
          "representations": [
            {"type": "sql", "dialect": "spark", "sql": "SELECT id\\nFROM orders\\n"},
            {"type": "sql", "dialect": "trino", "sql": "SELECT id FROM orders LIMIT 9"}]}],
       "version-log": []}
      """;

  private final Storage storage;
  private final Repository repository;
  private final ObjectRef state;
  private final ObjectRef view;

  private SampleRepository(Path folder) {
    this(folder, TableState.COVERS_ALL);
  }

  private SampleRepository(Path folder, String coverage) {
    this.storage = StorageLocation.parse(folder.toString()).open(Map.of());
    this.repository =
        Repository.create(storage, Scope.ofCatalog("prod"), Instant.parse("2026-01-01T09:59:00Z"));
    this.state = ref("state", Documents.write(tableState(coverage)));
    this.view = ref("view", VIEW_METADATA.getBytes(StandardCharsets.UTF_8));
  }

  /** An empty repository. */
  static SampleRepository empty(Path folder) {
    return new SampleRepository(folder);
  }

  static SampleRepository withPits(Path folder) {
    SampleRepository sample = new SampleRepository(folder);
    sample.writeFirst();
    sample.writeSecond();
    sample.writeThird();
    return sample;
  }

  /** One PIT of one table, of which the states hold a part. */
  static SampleRepository ofAPart(Path folder, String coverage) {
    SampleRepository sample = new SampleRepository(folder, coverage);
    sample.commit(
        FIRST,
        Optional.empty(),
        new DeletedInSource(List.of(), List.of()),
        List.of(SALES),
        List.of(sample.active("sales.orders", "u-orders", 2, new TableTotals(1, 1, 1, 1, 1))),
        List.of(),
        List.of());
    return sample;
  }

  Storage storage() {
    return storage;
  }

  private void writeFirst() {
    commit(
        FIRST,
        Optional.empty(),
        new DeletedInSource(List.of(), List.of()),
        List.of(HR, OLD, SALES),
        List.of(
            active("sales.orders", "u-orders", 2, new TableTotals(3, 12, 5_000_000, 12, 5_000_000)),
            active("sales.customers", "u-customers", 0, new TableTotals(1, 4, 2048, 4, 2048)),
            active("hr.people", "u-people", 0, new TableTotals(1, 5, 10_240, 5, 10_240)),
            active("hr.tmp", "u-tmp", 0, new TableTotals(1, 1, 100, 1, 100))),
        List.of(),
        List.of());
  }

  private void writeSecond() {
    TableEntry people =
        active("hr.people", "u-people", 0, new TableTotals(1, 5, 10_240, 5, 10_240));
    TableEntry customers =
        active("sales.customers", "u-customers", 0, new TableTotals(1, 4, 2048, 4, 2048));
    TableName tmp = TableName.parse("hr.tmp");
    commit(
        SECOND,
        Optional.of(FIRST),
        new DeletedInSource(List.of(tmp), List.of(OLD)),
        List.of(HR, SALES),
        List.of(
            active(
                "sales.orders",
                "u-orders",
                3,
                new TableTotals(4, 1500, 3_221_225_472L, 1488, 3_216_225_472L)),
            customers.carriedOver(customers.tableName()),
            people.carriedOver(TableName.parse("hr.staff"))),
        List.of(
            DeletedObject.ofTable(tmp, SECOND.timestamp(), FIRST, Optional.of("u-tmp")),
            DeletedObject.ofDatabase(OLD, SECOND.timestamp(), FIRST)),
        List.of(new SkippedObject(TableName.parse("sales.revenue"), "it is not an Iceberg table")));
  }

  private void writeThird() {
    commit(
        THIRD,
        Optional.of(SECOND),
        new DeletedInSource(List.of(), List.of()),
        List.of(SALES),
        List.of(failed("sales.orders", "u-orders")),
        List.of(),
        List.of());
  }

  private void commit(
      PitId pit,
      Optional<PitId> parent,
      DeletedInSource went,
      List<DatabaseName> databases,
      List<TableEntry> tables,
      List<DeletedObject> deleted,
      List<SkippedObject> skipped) {
    PitManifest manifest =
        PitManifest.of(
                pit,
                parent.map(known -> new PitManifest.Parent(known, "0".repeat(64))),
                "run-" + pit,
                "bcn 0.1.0",
                new CutWindow(CutMode.CONSISTENT, pit.timestamp(), pit.timestamp().plusSeconds(1)),
                went,
                databases.stream().map(name -> new DatabaseEntry(name, Map.of())).toList(),
                tables,
                deleted,
                skipped)
            .with(pit.equals(SECOND) ? views() : new PitViews(List.of(), List.of(), List.of()));
    storage.create(Layout.pitManifest("prod", pit), Documents.write(manifest));
  }

  /** One that is new, and one that the first PIT had. */
  private PitViews views() {
    TableName gone = TableName.parse("hr.old_view");
    return new PitViews(
        List.of(
            new ViewEntry(
                SALES,
                "recent",
                Optional.of("u-recent"),
                TableStatus.ACTIVE,
                Optional.empty(),
                Optional.of(SECOND),
                Optional.of(view),
                "s3://lake/sales.recent/metadata/00000.gz.metadata.json",
                Optional.empty())),
        List.of(gone),
        List.of(DeletedObject.ofTable(gone, SECOND.timestamp(), FIRST, Optional.of("u-old"))));
  }

  private TableEntry active(String name, String uuid, int schemaVersion, TableTotals totals) {
    return entry(
        name,
        uuid,
        TableStatus.ACTIVE,
        schemaVersion,
        totals,
        Optional.of(state),
        Optional.empty());
  }

  private TableEntry failed(String name, String uuid) {
    return entry(
        name,
        uuid,
        TableStatus.FAILED,
        0,
        TableTotals.NOTHING,
        Optional.empty(),
        Optional.of(
            new TableEntry.Failure("SOURCE_MISSING", "Cannot read 'a.parquet': it is gone")));
  }

  private static TableEntry entry(
      String name,
      String uuid,
      TableStatus status,
      int schemaVersion,
      TableTotals totals,
      Optional<ObjectRef> state,
      Optional<TableEntry.Failure> failure) {
    TableName table = TableName.parse(name);
    return new TableEntry(
        table.database(),
        table.table(),
        Optional.of(uuid),
        status,
        Optional.empty(),
        state.map(any -> FIRST),
        state,
        "s3://lake/" + name + "/metadata/00001.metadata.json",
        1_767_000_000_000L,
        2,
        schemaVersion,
        totals,
        failure);
  }

  private ObjectRef ref(String name, byte[] bytes) {
    ObjectKey key = ObjectKey.of("catalogs/prod/" + name + ".json");
    storage.create(key, bytes);
    return new ObjectRef(key, Documents.sha256(bytes));
  }

  private static TableState tableState(String coverage) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode schema = json.createObjectNode().put("type", "struct").put("schema-id", 3);
    schema
        .putArray("fields")
        .add(field(json, 1, "id").put("required", true).put("type", "long"))
        .add(field(json, 2, "tags").put("required", false).set("type", list(json)));
    ObjectNode refs = json.createObjectNode();
    refs.putObject("main").put("type", "branch").put("snapshot-id", 42);
    return new TableState(
        Documents.FORMAT_VERSION,
        SALES,
        "orders",
        Optional.of("u-orders"),
        "s3://lake/sales.orders/metadata/00001.metadata.json",
        new ObjectRef(ObjectKey.of("catalogs/prod/m"), "0".repeat(64)),
        1_767_000_000_000L,
        2,
        List.of("s3://lake/sales.orders"),
        3,
        List.of(new TableState.SchemaVersion(3, schema)),
        Optional.of(1),
        specs(json),
        json.createArrayNode(),
        Map.of("write.format.default", "parquet"),
        refs,
        4,
        coverage,
        List.of(
            new InventoryRef(
                ObjectKey.of("catalogs/prod/i"), "0".repeat(64), 1500, 3_221_225_472L)),
        List.of());
  }

  private static ObjectNode list(ObjectMapper json) {
    ObjectNode element = json.createObjectNode().put("type", "struct");
    element
        .putArray("fields")
        .add(field(json, 4, "key").put("required", false).put("type", "string"));
    ObjectNode list = json.createObjectNode().put("type", "list").put("element-id", 3);
    list.set("element", element);
    return list;
  }

  private static ArrayNode specs(ObjectMapper json) {
    ArrayNode specs = json.createArrayNode();
    specs.addObject().put("spec-id", 0).putArray("fields");
    specs
        .addObject()
        .put("spec-id", 1)
        .putArray("fields")
        .add(field(json, 1000, "id_bucket").put("source-id", 1).put("transform", "bucket[4]"));
    return specs;
  }

  private static ObjectNode field(ObjectMapper json, int id, String name) {
    return json.createObjectNode().put("id", id).put("name", name);
  }

  /** A claim of a run on another machine. */
  InProgress claim(PitId pit, Instant leaseUntil) {
    return claim(storage, pit, leaseUntil);
  }

  static InProgress claim(Storage storage, PitId pit, Instant leaseUntil) {
    InProgress claim =
        new InProgress(
            Documents.FORMAT_VERSION,
            pit.timestamp(),
            "nightly",
            "token-" + pit,
            "elsewhere.example.com",
            4711,
            Optional.of("0d5f2a9e-7c31-4a58-9b06-3e1f8c2d4a77 pid:[4026531836]"),
            pit.timestamp(),
            leaseUntil);
    storage.create(Layout.inProgress("prod", pit), Documents.write(claim));
    return claim;
  }

  Repository repository() {
    return repository;
  }
}
