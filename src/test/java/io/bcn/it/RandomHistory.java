package io.bcn.it;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.Row;

/**
 * Random work on a lake, by Spark SQL alone, with a model of what there should be: which table,
 * told apart by an identity of its own, stands under which name. The same seed gives the same work.
 */
final class RandomHistory {
  private static final int MOST_TABLES = 6;
  private static final int MOST_DATABASES = 3;

  private final Lake lake;
  private final Random random;
  private final TreeSet<String> databases = new TreeSet<>();
  private final TreeMap<String, Integer> tables = new TreeMap<>();
  private final Map<Integer, List<String>> extraColumns = new HashMap<>();
  private final List<String> statements = new ArrayList<>();
  private final List<BooleanSupplier> operations;
  private int counter;

  RandomHistory(Lake lake, long seed) {
    this.lake = lake;
    this.random = new Random(seed);
    this.operations =
        List.of(
            this::createTable,
            this::createTable,
            this::append,
            this::append,
            this::append,
            this::delete,
            this::delete,
            this::merge,
            this::merge,
            this::addColumn,
            this::renameColumn,
            this::dropColumn,
            this::repartition,
            this::property,
            this::rename,
            this::rename,
            this::swap,
            this::drop,
            this::recreate,
            this::tag,
            this::branch,
            this::rollBack,
            this::expire,
            this::compact,
            this::rewriteManifests,
            this::createDatabase,
            this::dropDatabase);
  }

  /** One operation that fits what there is. */
  void step() {
    while (!operations.get(random.nextInt(operations.size())).getAsBoolean()) {
      // Not every operation fits every lake; creating a database or a table always comes up.
    }
  }

  /** Names of all tables, each with the identity that a rename keeps. */
  Map<String, Integer> tables() {
    return new TreeMap<>(tables);
  }

  Set<String> databases() {
    return new TreeSet<>(databases);
  }

  /** What was run, in order; for a failure's message. */
  String script() {
    return String.join(";\n", statements);
  }

  private boolean createDatabase() {
    if (databases.size() >= MOST_DATABASES) {
      return false;
    }
    String name = "db" + counter++;
    databases.add(name);
    return run("CREATE NAMESPACE @." + name);
  }

  private boolean dropDatabase() {
    List<String> empty =
        databases.stream()
            .filter(name -> tables.keySet().stream().noneMatch(t -> t.startsWith(name + ".")))
            .toList();
    if (empty.isEmpty() || databases.size() < 2) {
      return false;
    }
    String name = one(empty);
    databases.remove(name);
    return run("DROP NAMESPACE @." + name);
  }

  private boolean createTable() {
    if (databases.isEmpty() || tables.size() >= MOST_TABLES) {
      return false;
    }
    return create(one(databases) + ".t" + counter++);
  }

  private boolean create(String table) {
    int identity = counter++;
    tables.put(table, identity);
    extraColumns.put(identity, new ArrayList<>());
    int version = 1 + random.nextInt(3);
    String mode = version > 1 && random.nextBoolean() ? "merge-on-read" : "copy-on-write";
    return run(
        "CREATE TABLE @.%s (id BIGINT, grp INT, v STRING) USING iceberg %s TBLPROPERTIES ('format-version'='%d', 'write.delete.mode'='%s', 'write.merge.mode'='%s')"
            .formatted(
                table,
                one(List.of("", "PARTITIONED BY (grp)", "PARTITIONED BY (bucket(2, id))")),
                version,
                mode,
                mode));
  }

  private boolean append() {
    return onATable(
        table ->
            "INSERT INTO @.%s (id, grp, v) SELECT id, CAST(id %% 3 AS INT), concat('v%d-', id) FROM range(%d, %d)"
                .formatted(table, counter++, counter * 10, counter * 10 + 1 + random.nextInt(12)));
  }

  private boolean delete() {
    return onATable(
        table -> "DELETE FROM @.%s WHERE id %% 7 = %d".formatted(table, random.nextInt(7)));
  }

  private boolean merge() {
    return onATable(
        table ->
            ("MERGE INTO @.%s t USING (SELECT id FROM range(%d, %d)) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = 'merged%d'"
                    + " WHEN NOT MATCHED THEN INSERT (id, grp, v) VALUES (s.id, 1, 'new')")
                .formatted(table, counter * 5, counter * 5 + 6, counter++));
  }

  private boolean addColumn() {
    return onATable(
        table -> {
          String column = "c" + counter++;
          extras(table).add(column);
          return "ALTER TABLE @.%s ADD COLUMN %s %s"
              .formatted(table, column, one(List.of("INT", "STRING", "DOUBLE")));
        });
  }

  private boolean renameColumn() {
    return onATableWithExtras(
        (table, column) -> {
          String name = "c" + counter++;
          extras(table).add(name);
          return "ALTER TABLE @.%s RENAME COLUMN %s TO %s".formatted(table, column, name);
        });
  }

  private boolean dropColumn() {
    return onATableWithExtras(
        (table, column) -> "ALTER TABLE @.%s DROP COLUMN %s".formatted(table, column));
  }

  private boolean repartition() {
    return onATable(
        table ->
            "ALTER TABLE @.%s ADD PARTITION FIELD truncate(%d, v)".formatted(table, 1 + counter++));
  }

  private boolean property() {
    return onATable(
        table -> "ALTER TABLE @.%s SET TBLPROPERTIES ('p'='%d')".formatted(table, counter++));
  }

  private boolean rename() {
    if (tables.isEmpty()) {
      return false;
    }
    return move(one(tables.keySet()), one(databases) + ".t" + counter++);
  }

  private boolean swap() {
    if (tables.size() < 2) {
      return false;
    }
    List<String> names = new ArrayList<>(tables.keySet());
    String a = names.remove(random.nextInt(names.size()));
    String b = one(names);
    String aside = a + "_aside";
    return move(a, aside) && move(b, a) && move(aside, b);
  }

  private boolean move(String from, String to) {
    tables.put(to, tables.remove(from));
    return run("ALTER TABLE @.%s RENAME TO %s".formatted(from, to));
  }

  private boolean drop() {
    if (tables.size() < 3) {
      return false;
    }
    String table = one(tables.keySet());
    tables.remove(table);
    return run("DROP TABLE @." + table + (random.nextBoolean() ? " PURGE" : ""));
  }

  private boolean recreate() {
    if (tables.isEmpty()) {
      return false;
    }
    String table = one(tables.keySet());
    run("DROP TABLE @." + table);
    return create(table);
  }

  private boolean tag() {
    return onATableWithSnapshots(
        table -> "ALTER TABLE @.%s CREATE TAG tag%d RETAIN 100 DAYS".formatted(table, counter++));
  }

  private boolean branch() {
    return onATableWithSnapshots(
        table -> {
          String branch = "b" + counter++;
          run("ALTER TABLE @.%s CREATE BRANCH %s".formatted(table, branch));
          return "INSERT INTO @.%s.branch_%s (id, grp, v) VALUES (%d, 2, 'branched')"
              .formatted(table, branch, counter++);
        });
  }

  private boolean rollBack() {
    return onATableWithSnapshots(
        table ->
            "CALL @.system.set_current_snapshot('%s', %d)".formatted(table, one(snapshots(table))));
  }

  private boolean expire() {
    return onATableWithSnapshots(
        table ->
            "CALL @.system.expire_snapshots(table => '%s', older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => %d)"
                .formatted(table, 1 + random.nextInt(3)));
  }

  private boolean compact() {
    return onATableWithSnapshots(
        table ->
            "CALL @.system.rewrite_data_files(table => '%s', options => map('rewrite-all', 'true'))"
                .formatted(table));
  }

  private boolean rewriteManifests() {
    return onATableWithSnapshots(table -> "CALL @.system.rewrite_manifests('%s')".formatted(table));
  }

  private List<Long> snapshots(String table) {
    return lake
        .query(
            "SELECT snapshot_id FROM @.%s.snapshots ORDER BY committed_at, snapshot_id"
                .formatted(table))
        .collectAsList()
        .stream()
        .map((Row row) -> row.getLong(0))
        .toList();
  }

  private interface OnTable {
    String statement(String table);
  }

  private interface OnColumn {
    String statement(String table, String column);
  }

  private boolean onATable(OnTable operation) {
    return !tables.isEmpty() && run(operation.statement(one(tables.keySet())));
  }

  private boolean onATableWithSnapshots(OnTable operation) {
    List<String> filled =
        tables.keySet().stream()
            .filter(name -> !lake.query("SELECT 1 FROM @.%s".formatted(name)).limit(1).isEmpty())
            .toList();
    return !filled.isEmpty() && run(operation.statement(one(filled)));
  }

  private boolean onATableWithExtras(OnColumn operation) {
    List<String> wide = tables.keySet().stream().filter(name -> !extras(name).isEmpty()).toList();
    if (wide.isEmpty()) {
      return false;
    }
    String table = one(wide);
    List<String> columns = extras(table);
    String column = columns.remove(random.nextInt(columns.size()));
    return run(operation.statement(table, column));
  }

  private List<String> extras(String table) {
    return extraColumns.get(tables.get(table));
  }

  private <T> T one(Iterable<T> choices) {
    List<T> list = new ArrayList<>();
    choices.forEach(list::add);
    return list.get(random.nextInt(list.size()));
  }

  private boolean run(String statement) {
    statements.add(statement);
    lake.sql(statement);
    return true;
  }
}
