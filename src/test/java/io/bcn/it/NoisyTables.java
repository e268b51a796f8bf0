package io.bcn.it;

/** Tables of which a backup takes its time: hundreds of small files, some of megabytes. */
final class NoisyTables {
  private static final String PLAIN_INSERTS =
      " USING iceberg TBLPROPERTIES ('write.distribution-mode'='none')";

  private final Lake lake;
  private int changes;

  private NoisyTables(Lake lake) {
    this.lake = lake;
  }

  static NoisyTables in(Lake lake) {
    lake.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.small (id BIGINT, text STRING)" + PLAIN_INSERTS,
        "CREATE TABLE @.db.large (id BIGINT, noise STRING)" + PLAIN_INSERTS,
        "CREATE TABLE @.db.deleted (id BIGINT) USING iceberg"
            + " TBLPROPERTIES ('format-version'='3', 'write.delete.mode'='merge-on-read')",
        "INSERT INTO @.db.deleted SELECT id FROM range(1000)");
    NoisyTables tables = new NoisyTables(lake);
    tables.grow(60, 3);
    return tables;
  }

  /** Another change each time, and enough that a backup of it has a middle. */
  void change() {
    changes++;
    grow(30, 2);
    lake.sql(
        "DELETE FROM @.db.deleted WHERE id %% 50 = %d".formatted(changes),
        "CREATE TABLE @.db.new_%d (id BIGINT) USING iceberg".formatted(changes),
        "INSERT INTO @.db.new_%1$d VALUES (%1$d)".formatted(changes));
  }

  private void grow(int smallFiles, int largeFiles) {
    long from = changes * 100_000L;
    lake.sql(
        "INSERT INTO @.db.small SELECT /*+ REPARTITION(%d) */ id, concat('t', id) FROM range(%d, %d)"
            .formatted(smallFiles, from, from + smallFiles * 5L),
        ("INSERT INTO @.db.large SELECT /*+ REPARTITION(%d) */ id, aggregate(sequence(1, 1000), '',"
                + " (noise, i) -> concat(noise, sha2(concat(id, ' ', i), 256))) FROM range(%d, %d)")
            .formatted(largeFiles, from, from + largeFiles * 50L));
  }
}
