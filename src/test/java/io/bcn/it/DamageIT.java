package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong bytes are never returned (promise 5), and the source is never written (promise 8). */
class DamageIT {
  @TempDir Path temp;

  @Test
  void aRestoreRefusesEveryKindOfDamagedObjectAndRegistersNothing() throws IOException {
    Lake source = lake();
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake target = Lake.jdbc(temp.resolve("target"));
    for (String kind :
        List.of(
            "/objects/.*00001\\.parquet",
            "/objects/.*-deletes\\.parquet",
            "/objects/.*-m0\\.avro",
            "/objects/.*snap-.*\\.avro",
            "/objects/.*\\.metadata\\.json",
            "/inventory/.*",
            "/table_state\\.json")) {
      for (Path object : some(temp.resolve("repo"), ".*" + kind)) {
        byte[] good = Files.readAllBytes(object);
        byte[] bad = good.clone();
        bad[good.length / 2] ^= 1;
        Files.write(object, bad);
        assertRefused(bcn, target, object);
        Files.write(object, good);
      }
    }
    Path lost = some(temp.resolve("repo"), ".*/objects/.*00001\\.parquet").get(0);
    byte[] good = Files.readAllBytes(lost);
    Files.delete(lost);
    // Where the right bytes lie at the target already, the object is not needed: a new target has
    // none.
    assertRefused(bcn, Lake.jdbc(temp.resolve("another-target")), lost);
    Files.write(lost, good);
    bcn.restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), Contents.ofAll(source));
  }

  /** Promise 10: the next PIT has its digest. */
  @Test
  void aRestoreRefusesAManifestThatIsNotTheOneThatTheNextPitWasBuiltOn() throws IOException {
    Lake source = lake();
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    String first = bcn.backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow().toString();
    source.sql("INSERT INTO @.db.t VALUES (51)");
    bcn.backup();
    Path manifest =
        some(temp.resolve("repo"), ".*/pit_manifests/%s/manifest\\.json".formatted(first)).get(0);
    String good = Files.readString(manifest);
    Files.writeString(manifest, good.replace("\"name\" : \"t\"", "\"name\" : \"T\""));
    assertThat(Files.readString(manifest)).isNotEqualTo(good);
    Lake target = Lake.jdbc(temp.resolve("target"));

    assertThatThrownBy(() -> bcn.restoreAll(first, target))
        .hasMessageContaining("is not the manifest that the next PIT was built on")
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.DAMAGED));
    assertThat(target.tables()).isEmpty();
    Files.writeString(manifest, good);
    bcn.restoreAll(first, target);
  }

  /** Promise 10: the digest of the newest PIT's manifest stands in the repository manifest. */
  @Test
  void theNewestManifestThatWasChangedIsNeitherRestoredNorBuiltOn() throws IOException {
    Lake source = lake();
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    PitId first = bcn.backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow();
    source.sql("INSERT INTO @.db.t VALUES (51)");
    PitId second = bcn.backup().pit().orElseThrow();
    Path manifest =
        some(temp.resolve("repo"), ".*/pit_manifests/%s/manifest\\.json".formatted(second)).get(0);
    Map<String, Contents> asOfSecond = Contents.ofAll(source);
    String good = Files.readString(manifest);
    Files.writeString(manifest, good.replace("\"name\" : \"t\"", "\"name\" : \"T\""));
    assertThat(Files.readString(manifest)).isNotEqualTo(good);
    Lake target = Lake.jdbc(temp.resolve("target"));

    for (String pit : List.of("latest", second.toString())) {
      assertThatThrownBy(() -> bcn.restoreAll(pit, target))
          .hasMessageContaining("manifest.json' has of the last PIT")
          .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.DAMAGED));
    }
    assertThat(target.tables()).isEmpty();
    BackupSummary third = bcn.backup();
    assertThat(third.parentPit()).contains(first);
    assertThat(third.warnings()).anyMatch(warning -> warning.contains(second + " is lost"));
    bcn.restoreAll(third.pit().orElseThrow().toString(), target);
    Contents.assertEqual(Contents.ofAll(target), asOfSecond);
  }

  private static void assertRefused(Bcn bcn, Lake target, Path object) {
    assertThatThrownBy(() -> bcn.restoreAll("latest", target))
        .as(object.toString())
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.DAMAGED));
    assertThat(target.tables()).as("tables after %s", object).isEmpty();
  }

  /**
   * What fails on an executor reaches us inside Spark's own exception, as it reaches the command
   * line.
   */
  private static ErrorCode codeOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BcnException known) {
        return known.code();
      }
    }
    throw new AssertionError("no error of BCN's own", failure);
  }

  @Test
  void aBackupLeavesTheSourceAsItIs() throws IOException {
    Lake source = lake();
    Map<String, Object> before = tree(temp.resolve("source"));

    Bcn.at(temp.resolve("repo")).backup(Scope.ofCatalog(source.catalog()));

    assertThat(tree(temp.resolve("source"))).isEqualTo(before);
  }

  private Lake lake() {
    Lake lake = Lake.jdbc(temp.resolve("source"));
    return lake.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id BIGINT) USING iceberg"
            + " TBLPROPERTIES ('format-version'='2','write.delete.mode'='merge-on-read')",
        "INSERT INTO @.db.t SELECT /*+ COALESCE(1) */ id FROM range(50)",
        "DELETE FROM @.db.t WHERE id = 3");
  }

  /** One file that matches: a restore for each takes seconds. */
  private static List<Path> some(Path folder, String pattern) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> found =
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toString().matches(pattern))
              .sorted()
              .limit(1)
              .toList();
      assertThat(found).as(pattern).isNotEmpty();
      return found;
    }
  }

  private static Map<String, Object> tree(Path folder) throws IOException {
    Map<String, Object> tree = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        tree.put(file.toString(), List.of(Files.size(file), Files.getLastModifiedTime(file)));
      }
    }
    return tree;
  }
}
