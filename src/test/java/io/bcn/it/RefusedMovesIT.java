package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Scope;
import io.bcn.it.Features.Bench;
import io.bcn.it.TableWriter.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tables that can be held, and can't be moved: refused before anything is written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedMovesIT {
  private Path temp;
  private Lake lake;
  private Bcn bcn;

  @BeforeAll
  void backUp(@TempDir Path folder) {
    temp = folder;
    lake = Lake.jdbc(temp.resolve("source"));
    lake.sql("CREATE NAMESPACE @.db");
    bench("db.keyed").create(Shape.version(3).with("encryption.key-id", "k")).append(1, 3);
    Bench sealed = bench("db.sealed").create(Shape.version(3)).append(1, 3);
    Features.edit(sealed, RefusedMovesIT::addKeys);
    addFilesOfOnePlace(bench("db.clashing"));
    bcn = Bcn.at(temp.resolve("repo"));
    assertThat(bcn.backup(Scope.ofCatalog(lake.catalog())).failures()).isEmpty();
  }

  private Bench bench(String table) {
    return new Bench(lake, new JavaTables(lake.iceberg()), table, temp.resolve("source/outside"));
  }

  /** As Iceberg notes in version 3 by which key a manifest list is encrypted. */
  private static void addKeys(ObjectNode root) {
    root.putArray("encryption-keys")
        .addObject()
        .put("key-id", "list-key")
        .put("encrypted-by-id", "table-key")
        .put("encrypted-key-metadata", "AAAA");
    ((ObjectNode) root.at("/snapshots/0")).put("key-id", "list-key");
  }

  /** The second root's folder at the target is a folder that the table has in its own place. */
  private static void addFilesOfOnePlace(Bench bench) {
    bench.create(
        Shape.version(2).at(bench.outside("t")).with("write.data.path", bench.outside("t2")));
    Table table = bench.iceberg();
    table
        .newAppend()
        .appendFile(JavaTables.dataFile(table, bench.outside("t2/same.parquet"), "a", 1, 5))
        .appendFile(
            JavaTables.dataFile(
                table, bench.outside("t/relocated-root-1/same.parquet"), "a", 6, 14))
        .commit();
  }

  @Test
  void aTableWithAnEncryptionKeyIsNotMoved() throws IOException {
    Lake target = Lake.jdbc(temp.resolve("target-keyed"));
    assertRefused(
        target,
        () -> bcn.restore("latest", Selected.tables("db.keyed"), Bcn.to(target)),
        "Cannot restore table 'db.keyed' to '%s/db/keyed': it is encrypted, and an encrypted table can't be moved"
            .formatted(target.warehouse()));
  }

  @Test
  void aTableWhoseMetadataNamesKeysIsNotMovedThoughNoPropertySaysSo() throws IOException {
    Lake target = Lake.jdbc(temp.resolve("target-sealed"));
    assertRefused(
        target,
        () -> bcn.restore("latest", Selected.tables("db.sealed"), Bcn.to(target)),
        "Cannot restore table 'db.sealed': Cannot relocate table '%s/db/sealed': it is encrypted, and its manifests hold locations"
            .formatted(lake.warehouse()));
  }

  @Test
  void aTableOfWhichTwoFilesWouldLandInOnePlaceIsNotMovedButGoesHome() throws IOException {
    Lake target = Lake.jdbc(temp.resolve("target-clashing"));
    assertRefused(
        target,
        () -> bcn.restore("latest", Selected.tables("db.clashing"), Bcn.to(target)),
        "Cannot restore table 'db.clashing': Cannot move '%s' and '%s': both would land in one place, and they are not the same file"
            .formatted(
                bench("db.clashing").outside("t/relocated-root-1/same.parquet"),
                bench("db.clashing").outside("t2/same.parquet")));

    Readings before = Readings.of(lake.load("db.clashing"));
    lake.iceberg().dropTable(TableIdentifier.parse("db.clashing"), false);
    bcn.restore("latest", Selected.tables("db.clashing"), Bcn.to(lake));
    assertThat(Readings.of(lake.load("db.clashing"))).isEqualTo(before);
  }

  private static void assertRefused(Lake target, ThrowingCallable restore, String message)
      throws IOException {
    assertThatThrownBy(restore)
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessage(message);
    assertThat(target.tables()).isEmpty();
    if (Files.exists(target.warehouse())) {
      try (Stream<Path> files = Files.walk(target.warehouse())) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }
}
