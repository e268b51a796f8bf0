package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import io.bcn.restore.RestoreRequest;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a repository that was damaged still gives, and how it becomes whole again. */
@ExtendWith(LessMachinery.class)
class DamagedRepositoryIT {
  @TempDir Path temp;
  private final Storage storage = new MemoryStorage();
  private final Map<PitId, Map<String, Contents>> contents = new TreeMap<>();
  private Lake source;
  private PitId first;

  @BeforeEach
  void backUp() {
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.a (id BIGINT) USING iceberg",
        "INSERT INTO @.db.a VALUES (1)",
        "CREATE TABLE @.db.b (id BIGINT) USING iceberg",
        "INSERT INTO @.db.b VALUES (1)");
    first = recorded(Bcn.at(storage).backup(Scope.ofCatalog(source.catalog())));
  }

  private PitId recorded(BackupSummary summary) {
    PitId pit = summary.pit().orElseThrow();
    contents.put(pit, Contents.ofAll(source));
    return pit;
  }

  private PitId backedUpAfter(String... statements) {
    source.sql(statements);
    return recorded(Bcn.at(storage).backup());
  }

  private ObjectKey manifest(PitId pit) {
    return Layout.pitManifest(source.catalog(), pit);
  }

  private Lake target() {
    return Lake.jdbc(temp.resolve("target-" + System.nanoTime()));
  }

  private void assertRestored(String pit, PitId expected) {
    Lake target = target();
    assertThat(Bcn.at(storage).restoreAll(pit, target).pit()).isEqualTo(expected);
    Contents.assertEqual(Contents.ofAll(target), contents.get(expected));
  }

  @Test
  @DisplayName("test_corrupted_pit_manifest_recovery")
  void aPitManifestThatIsDamagedCostsItsPitAndNoOther() {
    PitId second = backedUpAfter("INSERT INTO @.db.a VALUES (2)", "DROP TABLE @.db.b");
    byte[] good = storage.read(manifest(second)).orElseThrow();
    storage.replace(manifest(second), Arrays.copyOf(good, good.length / 2));
    Lake untouched = target();

    assertThatThrownBy(() -> Bcn.at(storage).restoreAll("latest", untouched))
        .isInstanceOfSatisfying(
            BcnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED);
              assertThat(e)
                  .hasMessageContaining("PIT %s is lost", second)
                  .hasMessageContaining(manifest(second).value());
              assertThat(e.hint()).contains("--pit " + first);
            });
    assertThat(untouched.tables()).isEmpty();
    assertRestored(first.toString(), first);

    source.sql("INSERT INTO @.db.a VALUES (3)");
    BackupSummary next = Bcn.at(storage).backup();
    PitId third = recorded(next);
    assertThat(next.warnings()).anyMatch(text -> text.startsWith("PIT " + second + " is lost"));

    CommittedPit built = Repository.open(storage).find(third).orElseThrow();
    assertThat(built.manifest().parent()).contains(first);
    assertThat(built.manifest().deletedInSource().tables())
        .containsExactly(TableName.parse("db.b"));
    storage.replace(manifest(second), good);
    source.vanish();
    assertRestored("latest", third);
    assertRestored(second.toString(), second);
  }

  @Test
  @DisplayName("test_missing_referenced_data_error")
  void whatAPitRefersToAndIsGoneIsNamedAndTheRestIsRestored() {
    source.vanish();
    for (String kind : List.of("/objects/.*\\.parquet", "/inventory/.*", "/table_state\\.json")) {
      ObjectKey gone = ofTableA(kind);
      byte[] good = storage.read(gone).orElseThrow();
      storage.delete(gone);
      Lake target = target();

      assertThatThrownBy(() -> Bcn.at(storage).restoreAll("latest", target))
          .as(kind)
          .satisfies(
              e -> {
                assertThat(known(e).code()).isEqualTo(ErrorCode.DAMAGED);
                assertThat(known(e)).hasMessageContaining("%s/%s", storage.root(), gone);
              });
      assertThat(target.tables()).as("registered without %s", gone).isEmpty();
      storage.replace(gone, good);
    }
    storage.delete(ofTableA("/objects/.*\\.parquet"));
    Lake rest = target();
    Bcn.at(storage)
        .restore(
            "latest",
            new RestoreRequest.Selection(
                List.of(), List.of(), List.of("db.a"), RestoreRequest.Deleted.LEFT_OUT),
            Bcn.to(rest));
    assertThat(rest.tables()).containsExactly("db.b");
    assertThat(Contents.of(rest, "db.b")).isEqualTo(contents.get(first).get("db.b"));
  }

  private ObjectKey ofTableA(String kind) {
    try (Stream<ObjectStat> objects = storage.list(Layout.catalogs())) {
      return objects
          .map(ObjectStat::key)
          .filter(key -> key.value().matches(".*/a/.*" + kind))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  @DisplayName("test_insufficient_storage_error")
  void aBackupThatFindsTheDiskFullCommitsNothingAndTheNextOneFinishesIt() {
    source.sql("INSERT INTO @.db.a VALUES (2)", "INSERT INTO @.db.b VALUES (2)");
    // At the first object, and when all are copied.
    for (long when : List.of(2L, 14L)) {
      FaultyStorage full = FaultyStorage.failingAt(when, Fault.NO_SPACE, storage);

      assertThatThrownBy(() -> Bcn.at(full).backup())
          .hasStackTraceContaining("no space is left (No space left on device)")
          .satisfies(e -> assertThat(known(e).code().exitCode()).isEqualTo(31));
      assertThat(WholePits.of(storage)).containsExactly(first);
    }
    assertRestored("latest", first);

    BackupSummary next = Bcn.at(storage).backup();

    assertThat(next.complete()).isTrue();
    assertThat(next.copiedFiles()).as("what had been copied is used").isLessThan(next.newFiles());
    PitId second = recorded(next);
    source.vanish();
    assertRestored("latest", second);
    assertRestored(first.toString(), first);
  }

  /** The first of BCN's own in the chain of causes, as the command line takes it. */
  private static BcnException known(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BcnException known) {
        return known;
      }
    }
    throw new AssertionError("no error of BCN's own", failure);
  }
}
