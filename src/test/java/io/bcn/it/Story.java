package io.bcn.it;

/**
 * The life of a catalog in three chapters, by plain Spark SQL: 3 databases and 12 tables, v2 with
 * position deletes, v3 with deletion vectors, partitions, evolved schemas, branches and tags, an
 * empty table; then appends, deletes, merges, drops, creations, renames.
 */
final class Story {
  private static final String MERGE_ON_READ =
      "'write.delete.mode'='merge-on-read','write.update.mode'='merge-on-read','write.merge.mode'='merge-on-read'";

  private Story() {}

  static void begin(Lake lake) {
    sales(lake);
    web(lake);
    lab(lake);
  }

  /** Orders with position deletes, customers with deletion vectors, refunds, rates. */
  static void sales(Lake lake) {
    lake.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT, customer STRING, amount DECIMAL(10,2), day DATE) USING iceberg"
            + " PARTITIONED BY (days(day)) TBLPROPERTIES ('format-version'='2',"
            + MERGE_ON_READ
            + ")",
        "INSERT INTO @.sales.orders SELECT id, concat('c', id % 7), cast(id * 1.5 AS DECIMAL(10,2)),"
            + " date_add(DATE'2026-01-01', cast(id % 3 AS INT)) FROM range(60)",
        "DELETE FROM @.sales.orders WHERE id % 10 = 3",
        "CREATE TABLE @.sales.customers (id BIGINT, name STRING) USING iceberg TBLPROPERTIES ('format-version'='3',"
            + MERGE_ON_READ
            + ")",
        "INSERT INTO @.sales.customers SELECT id, concat('name-', id) FROM range(40)",
        "DELETE FROM @.sales.customers WHERE id IN (5, 11)",
        "CREATE TABLE @.sales.refunds (id BIGINT, reason STRING) USING iceberg",
        "INSERT INTO @.sales.refunds VALUES (1, 'broken'), (2, 'late')",
        "CREATE TABLE @.sales.rates (currency STRING, rate DOUBLE) USING iceberg TBLPROPERTIES ('format-version'='1')",
        "INSERT INTO @.sales.rates VALUES ('EUR', 1.0), ('USD', 1.1)");
  }

  /** Partitions of many kinds, an evolved schema, an empty table. */
  static void web(Lake lake) {
    lake.sql(
        "CREATE NAMESPACE @.web",
        "CREATE TABLE @.web.clicks (at TIMESTAMP, page STRING, n INT) USING iceberg PARTITIONED BY (page)",
        "INSERT INTO @.web.clicks SELECT timestamp_seconds(id * 1000), concat('p ', id % 3, '=%+ü'), cast(id AS INT)"
            + " FROM range(30)",
        "CREATE TABLE @.web.sessions (id BIGINT, user STRING, seconds INT) USING iceberg"
            + " PARTITIONED BY (bucket(4, id)) TBLPROPERTIES ('format-version'='3',"
            + MERGE_ON_READ
            + ")",
        "INSERT INTO @.web.sessions SELECT id, concat('u', id), cast(id AS INT) FROM range(80)",
        "UPDATE @.web.sessions SET seconds = -1 WHERE id % 9 = 0",
        "CREATE TABLE @.web.pages (path STRING, title STRING) USING iceberg",
        "INSERT INTO @.web.pages VALUES ('/', 'home')",
        "ALTER TABLE @.web.pages ADD COLUMN lang STRING",
        "INSERT INTO @.web.pages VALUES ('/de', 'Start', 'de')",
        "ALTER TABLE @.web.pages RENAME COLUMN title TO heading",
        "CREATE TABLE @.web.empty (id BIGINT) USING iceberg");
  }

  /** A branch and a tag, nested types, other layouts and formats. */
  static void lab(Lake lake) {
    lake.sql(
        "CREATE NAMESPACE @.lab",
        "CREATE TABLE @.lab.runs (id INT, score FLOAT, tags ARRAY<STRING>, meta STRUCT<a: INT, b: STRING>) USING iceberg",
        "INSERT INTO @.lab.runs VALUES (1, 0.5, array('x'), named_struct('a', 1, 'b', 'one'))",
        "ALTER TABLE @.lab.runs CREATE TAG first",
        "ALTER TABLE @.lab.runs CREATE BRANCH dev",
        "INSERT INTO @.lab.runs.branch_dev VALUES (2, 0.7, array('y'), named_struct('a', 2, 'b', 'two'))",
        "CREATE TABLE @.lab.wide (id BIGINT, a INT, b INT) USING iceberg PARTITIONED BY (truncate(10, id))",
        "INSERT INTO @.lab.wide SELECT id, cast(id AS INT), cast(id AS INT) FROM range(50)",
        "CREATE TABLE @.lab.hashed (id BIGINT, v STRING) USING iceberg"
            + " TBLPROPERTIES ('write.object-storage.enabled'='true')",
        "INSERT INTO @.lab.hashed SELECT id, 'v' FROM range(20)",
        "CREATE TABLE @.lab.notes (id BIGINT, text STRING) USING iceberg TBLPROPERTIES ('write.format.default'='avro')",
        "INSERT INTO @.lab.notes VALUES (1, 'one')");
  }

  static void goOn(Lake lake) {
    lake.sql(
        "INSERT INTO @.sales.orders SELECT id, 'new', 1.00, DATE'2026-02-01' FROM range(100, 120)",
        "DELETE FROM @.sales.orders WHERE customer = 'c1'",
        "MERGE INTO @.sales.customers t USING (SELECT 7L AS id, 'seven' AS name UNION ALL SELECT 900L, 'new') s"
            + " ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT *",
        "DROP TABLE @.sales.refunds",
        "CREATE TABLE @.sales.returns (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.returns VALUES (1), (2), (3)",
        "ALTER TABLE @.web.clicks RENAME TO web.hits",
        "ALTER TABLE @.lab.runs CREATE TAG second",
        "INSERT INTO @.lab.wide SELECT id, 0, 0 FROM range(100, 110)");
  }

  static void end(Lake lake) {
    lake.sql(
        "CALL @.system.rewrite_manifests('sales.orders')",
        "CALL @.system.rewrite_data_files('lab.wide')",
        "CALL @.system.expire_snapshots(table => 'lab.wide', older_than => TIMESTAMP '2099-01-01 00:00:00',"
            + " retain_last => 1)",
        "DELETE FROM @.web.sessions WHERE id % 5 = 1",
        "ALTER TABLE @.sales.customers ADD COLUMN vip BOOLEAN",
        "INSERT INTO @.sales.customers VALUES (901, 'x', true)",
        "DROP TABLE @.lab.notes",
        "CREATE TABLE @.lab.notes (id BIGINT, text STRING) USING iceberg",
        "INSERT INTO @.lab.notes VALUES (2, 'another table')");
  }
}
