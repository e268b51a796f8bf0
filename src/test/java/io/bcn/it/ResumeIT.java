package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.Backup;
import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.Scope;
import io.bcn.repository.Repository;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a dead backup copied is used by the next one, after a look at every byte of it. */
@ExtendWith(LessMachinery.class)
class ResumeIT {
  @TempDir Path temp;

  @Test
  void aDeadRunGoesOnUnderItsIdAndWhatWasDamagedMeanwhileIsCopiedAgain() {
    Lake source =
        Lake.jdbc(temp.resolve("source"))
            .sql(
                "CREATE NAMESPACE @.db",
                "CREATE TABLE @.db.t (id BIGINT) USING iceberg",
                "INSERT INTO @.db.t SELECT /*+ REPARTITION(6) */ id FROM range(60)");
    Storage storage = new MemoryStorage();
    Scope scope = Scope.ofCatalog(source.catalog());
    BackupSummary whole = Bcn.at(new MemoryStorage()).backup(scope);
    // It dies at its commit: everything is copied, and nothing visible.
    FaultyStorage counting = FaultyStorage.counting(new MemoryStorage());
    Bcn.at(counting).backup(run(counting, scope, "counts"));
    long commit = mutationOfTheCommit(counting, scope);
    FaultyStorage dying = FaultyStorage.failingAt(commit, Fault.BEFORE_EFFECT, storage);
    assertThatThrownBy(() -> Bcn.at(dying).backup(run(dying, scope, "tonight")))
        .hasStackTraceContaining("a test broke the storage");
    assertThat(Repository.open(storage).readable()).isEmpty();
    List<ObjectKey> data = parquets(storage);
    assertThat(data).hasSize(6);
    byte[] bytes = storage.read(data.get(0)).orElseThrow();
    bytes[bytes.length / 2] ^= 1;
    storage.replace(data.get(0), bytes);

    BackupSummary resumed = later(run(storage, scope, "tonight"));

    assertThat(resumed.copiedFiles())
        .as("the damaged one, and the metadata file and its log, which are never adopted")
        .isEqualTo(3);
    assertThat(whole.copiedFiles()).isGreaterThan(7);
    assertThat(WholePits.of(storage)).containsExactly(resumed.pit().orElseThrow());
    BackupSummary again = later(run(storage, scope, "tonight"));
    assertThat(again.pit()).as("the finished run").isEqualTo(resumed.pit());
    Contents before = Contents.of(source, "db.t");
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("restored"));
    Bcn.at(storage).restoreAll("latest", target);
    assertThat(Contents.of(target, "db.t")).isEqualTo(before);
  }

  /**
   * A collection removes the parts of the first dead backup before its objects; a part that the
   * second one wrote late must not lead to them (promise 4).
   */
  @Test
  void whatADeadBackupHadAdoptedIsNotAdoptedFromItsOwnPart() {
    Lake source =
        Lake.jdbc(temp.resolve("source"))
            .sql(
                "CREATE NAMESPACE @.db",
                "CREATE TABLE @.db.t (id BIGINT) USING iceberg",
                "INSERT INTO @.db.t SELECT /*+ REPARTITION(6) */ id FROM range(60)");
    Scope scope = Scope.ofCatalog(source.catalog());
    MemoryStorage storage = new MemoryStorage();
    BackupSummary whole = Bcn.at(new MemoryStorage()).backup(scope);
    dieAtTheCommit(storage, scope, 2);
    List<ObjectKey> partsOfFirst = parts(storage);
    dieAtTheCommit(storage, scope, 4);
    assertThat(parts(storage)).as("the second wrote parts too").hasSizeGreaterThan(1);

    Storage asItIs = MemoryStorage.copyOf(storage);
    BackupSummary adopting = later(run(asItIs, scope, "next"), 6);
    partsOfFirst.forEach(storage::delete);
    BackupSummary copying = later(run(storage, scope, "next"), 6);

    assertThat(adopting.copiedFiles()).as("metadata and its log").isEqualTo(2);
    assertThat(copying.copiedFiles()).isEqualTo(whole.copiedFiles());
    assertThat(WholePits.of(storage)).containsExactly(copying.pit().orElseThrow());
  }

  private static void dieAtTheCommit(MemoryStorage storage, Scope scope, int leases) {
    FaultyStorage counting = FaultyStorage.counting(MemoryStorage.copyOf(storage));
    later(run(counting, scope, "counts"), leases);
    long commit = mutationOfTheCommit(counting, scope);
    FaultyStorage dying = FaultyStorage.failingAt(commit, Fault.BEFORE_EFFECT, storage);
    assertThatThrownBy(() -> later(run(dying, scope, "dies-" + leases), leases))
        .hasStackTraceContaining("a test broke the storage");
    assertThat(Repository.open(storage).readable()).isEmpty();
  }

  private static List<ObjectKey> parts(Storage storage) {
    try (Stream<ObjectStat> objects = storage.list(Layout.catalogs())) {
      return objects.map(ObjectStat::key).filter(Layout::isInventoryPart).toList();
    }
  }

  /** When the lease has ended: what died is a part of this process, which lives on. */
  private static BackupSummary later(BackupRequest request) {
    return later(request, 2);
  }

  private static BackupSummary later(BackupRequest request, int leases) {
    Clock clock = Clock.offset(Clock.systemUTC(), request.lease().multipliedBy(leases));
    return new Backup(SharedSpark.session(), new Progress(SharedSpark.session(), line -> {}), clock)
        .run(request);
  }

  /** Everything that is created by a backup before the derived documents. */
  private static long mutationOfTheCommit(FaultyStorage counting, Scope scope) {
    long after = 0;
    try (Stream<ObjectStat> objects = counting.list(Layout.catalog(scope.catalog()))) {
      after =
          objects
              .map(object -> object.key().name())
              .filter(
                  name ->
                      List.of(
                              "catalog_metadata.json",
                              "database_metadata.json",
                              "table_manifest.json")
                          .contains(name))
              .count();
    }
    // Then last_pit, and the end of the claim.
    return counting.mutations() - after - 2;
  }

  private static List<ObjectKey> parquets(Storage storage) {
    try (Stream<ObjectStat> objects = storage.list(Layout.catalogs())) {
      return objects
          .map(ObjectStat::key)
          .filter(key -> key.value().contains("/objects/") && key.value().endsWith(".parquet"))
          .sorted((one, other) -> one.value().compareTo(other.value()))
          .toList();
    }
  }

  private static BackupRequest run(Storage in, Scope scope, String id) {
    BackupRequest request = Bcn.at(in).request(Optional.of(scope));
    return new BackupRequest(
        in,
        request.scope(),
        request.coverage(),
        request.reuse(),
        request.action(),
        request.consistency(),
        request.emptySources(),
        new BackupRequest.RunId(id, BackupRequest.RunId.Origin.GIVEN),
        request.settings(),
        // So long that no heartbeat counts as a change.
        Duration.ofHours(1));
  }
}
