package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restored tables are worked on, tidied up and dropped: only files of their own are touched. */
class LifeAfterRestoreIT {
  private static final String LATER = "TIMESTAMP '2099-01-01 00:00:00'";

  @TempDir Path temp;

  @Test
  void aTableInAnotherCatalogLivesAndDiesWithoutItsSource() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    begin(source);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake target = Lake.hadoop(temp.resolve("target"));
    bcn.restoreAll("latest", target);
    // Once more over the top: the table lives on, with files in a folder below its own.
    target.sql("INSERT INTO @.db.t VALUES (77, 'x', 'eu')", "DELETE FROM @.db.v3 WHERE id = 1");
    assertThat(Restoring.of(bcn, "latest", target).replacing().run().replaced()).hasSize(2);
    FilesSeen others = FilesSeen.below(source.warehouse(), temp.resolve("repo"));

    live(target);
    target.sql("DROP TABLE @.db.t PURGE", "DROP TABLE @.db.v3 PURGE");

    others.assertSame(source.warehouse(), temp.resolve("repo"));
    assertThat(source.query("SELECT count(*) FROM @.db.t").first().getLong(0)).isEqualTo(39);
    source.sql("INSERT INTO @.db.t VALUES (78, 'x', 'eu')");
  }

  @Test
  void aTableThatWasReplacedInPlaceLivesAndDies() {
    Lake lake = Lake.jdbc(temp.resolve("lake"));
    begin(lake);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(lake.catalog()));
    lake.sql("INSERT INTO @.db.t VALUES (77, 'x', 'eu')", "DELETE FROM @.db.v3 WHERE id = 1");
    assertThat(Restoring.of(bcn, "latest", lake).replacing().run().replaced()).hasSize(2);
    FilesSeen repository = FilesSeen.below(temp.resolve("repo"));

    live(lake);

    lake.sql("DROP TABLE @.db.t PURGE", "DROP TABLE @.db.v3 PURGE");
    repository.assertSame(temp.resolve("repo"));
    // And the PIT still gives both back.
    bcn.restoreAll("latest", lake);
    assertThat(lake.query("SELECT count(*) FROM @.db.t").first().getLong(0)).isEqualTo(39);
  }

  private static void begin(Lake lake) {
    lake.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id BIGINT, v STRING, region STRING) USING iceberg PARTITIONED BY (region)"
            + " TBLPROPERTIES ('write.delete.mode'='merge-on-read', 'write.merge.mode'='merge-on-read')",
        "INSERT INTO @.db.t SELECT id, 'a', if(id % 2 = 0, 'eu', 'us') FROM range(20)",
        "INSERT INTO @.db.t SELECT id + 20, 'b', 'eu' FROM range(20)",
        "DELETE FROM @.db.t WHERE id = 3",
        "CREATE TABLE @.db.v3 (id BIGINT, v STRING) USING iceberg TBLPROPERTIES"
            + " ('format-version'='3', 'write.delete.mode'='merge-on-read')",
        "INSERT INTO @.db.v3 SELECT id, 'a' FROM range(20)",
        "DELETE FROM @.db.v3 WHERE id = 5");
  }

  private static void live(Lake lake) {
    lake.sql(
        "INSERT INTO @.db.t VALUES (100, 'c', 'us')",
        "MERGE INTO @.db.t t USING (SELECT 1L AS id UNION ALL SELECT 101L) s ON t.id = s.id"
            + " WHEN MATCHED THEN UPDATE SET v = 'merged'"
            + " WHEN NOT MATCHED THEN INSERT (id, v, region) VALUES (s.id, 'new', 'us')",
        "DELETE FROM @.db.t WHERE id IN (2, 30)",
        "INSERT INTO @.db.v3 VALUES (100, 'c')",
        "DELETE FROM @.db.v3 WHERE id = 6");
    age(lake.warehouse());
    for (String table : new String[] {"t", "v3"}) {
      lake.sql(
          "CALL @.system.rewrite_data_files(table => 'db.%s', options => map('rewrite-all', 'true'))"
              .formatted(table),
          "CALL @.system.rewrite_manifests('db.%s')".formatted(table),
          "CALL @.system.expire_snapshots(table => 'db.%s', older_than => %s, retain_last => 1)"
              .formatted(table, LATER),
          "CALL @.system.remove_orphan_files(table => 'db.%s', older_than => TIMESTAMP '%s 00:00:00')"
              .formatted(table, LocalDate.now(ZoneOffset.UTC).minusDays(2)));
    }
    assertThat(lake.query("SELECT count(*), count_if(v = 'merged') FROM @.db.t").first())
        .extracting(Row::toString)
        .isEqualTo("[39,1]");
    assertThat(lake.query("SELECT count(*) FROM @.db.v3").first().getLong(0)).isEqualTo(19);
  }

  /** Orphans are removed only when they are old. */
  private static void age(Path folder) {
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(30)));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, longAgo);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
