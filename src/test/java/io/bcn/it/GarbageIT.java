package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.Backup;
import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import io.bcn.retention.Expiry;
import io.bcn.retention.ExpiryRequest;
import io.bcn.retention.GarbageCollection;
import io.bcn.retention.GcRequest;
import io.bcn.retention.GcSummary;
import io.bcn.retention.KeepRules;
import io.bcn.retention.ObjectUses;
import io.bcn.retention.UseReport;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Cleaning up never removes what a committed or running PIT reaches (promise 4). */
@ExtendWith(LessMachinery.class)
class GarbageIT {
  private static final Duration LEASE = Duration.ofMinutes(10);
  private static final Clock NOW = Clock.systemUTC();

  /** By then a test's objects are older than a day, and all its claims have ended. */
  private static final Clock LATER = Clock.offset(NOW, Duration.ofDays(2));

  /** Bases, which no test changes: one PIT, and what a backup left besides that died. */
  private static final Storage CLEAN = new MemoryStorage();

  private static Storage littered;

  @TempDir private static Path temp;
  private static Lake source;
  private static PitId first;
  private static Map<String, Contents> asOfFirst;

  private final Storage clean = MemoryStorage.copyOf(CLEAN);
  private final Storage storage = MemoryStorage.copyOf(littered);

  @BeforeAll
  static void makeARepositoryWithGarbage() {
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id BIGINT) USING iceberg",
        "INSERT INTO @.db.t VALUES (1)");
    first = Bcn.at(CLEAN).backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow();
    asOfFirst = Contents.ofAll(source);
    source.sql("INSERT INTO @.db.t VALUES (2)");
    littered = MemoryStorage.copyOf(CLEAN);
    backupThatDies(littered);
  }

  /** A backup that dies before its commit, when it has copied most. */
  private static void backupThatDies(Storage in) {
    FaultyStorage dying = FaultyStorage.failingAt(8, Fault.BEFORE_EFFECT, in);
    assertThatThrownBy(() -> Bcn.at(dying).backup())
        .hasStackTraceContaining("a test broke the storage");
  }

  private GcSummary gc(Storage in, Clock clock, Duration grace, GcRequest.Action action) {
    return gc(in, clock, grace, action, line -> {});
  }

  private GcSummary gc(
      Storage in, Clock clock, Duration grace, GcRequest.Action action, Consumer<String> lines) {
    Progress progress = new Progress(SharedSpark.session(), lines);
    return new GarbageCollection(SharedSpark.session(), progress, clock)
        .run(new GcRequest(Repository.open(in), grace, action, LEASE, 100));
  }

  private GcSummary gc(Storage in) {
    return gc(in, LATER, Duration.ofHours(24), GcRequest.Action.RECLAIM);
  }

  private UseReport uses() {
    Repository repository = Repository.open(storage);
    return new ObjectUses(SharedSpark.session())
        .report(
            new ObjectUses.Request(
                repository,
                repository.readable().map(CommittedPit::pit).toList(),
                Optional.empty(),
                Optional.empty(),
                ObjectUses.Orphans.TOLD,
                100));
  }

  private static Set<String> stored(Storage storage) {
    try (Stream<ObjectStat> objects = storage.list(Layout.catalogs())) {
      return objects
          .map(object -> object.key().value())
          .filter(key -> Layout.storedBy(new ObjectKey(key)).isPresent())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private void assertRestored(Storage in, PitId pit, Map<String, Contents> expected) {
    Lake target = Lake.jdbc(temp.resolve("restored-" + pit + "-" + System.nanoTime()));
    Bcn.at(in).restoreAll(pit.toString(), target);
    Contents.assertEqual(Contents.ofAll(target), expected);
  }

  @Test
  @DisplayName("test_orphaned_data_detection")
  void whatADeadBackupLeftIsFoundListedAndRemoved() {
    Set<String> whole = stored(clean);
    Set<String> orphans = new TreeSet<>(stored(storage));
    orphans.removeAll(whole);
    assertThat(orphans).as("what the dead backup left").isNotEmpty();

    GcSummary plan = gc(storage, LATER, Duration.ofHours(24), GcRequest.Action.PLAN_ONLY);

    assertThat(plan.dryRun()).isTrue();
    assertThat(plan.listed().stream().map(GcSummary.Listed::key))
        .containsExactlyElementsOf(orphans);
    assertThat(plan.reclaimed().objects()).isEqualTo(orphans.size());
    assertThat(plan.reclaimed().bytes())
        .isEqualTo(plan.listed().stream().mapToLong(GcSummary.Listed::bytes).sum())
        .isPositive();
    assertThat(stored(storage)).as("after a dry run").containsAll(orphans);

    UseReport uses = uses();
    assertThat(uses.orphans()).isEqualTo(plan.listed());
    assertThat(uses.objects()).extracting(UseReport.Use::key).containsExactlyElementsOf(whole);
    assertThat(uses.objects()).allMatch(use -> use.pits().equals(List.of(first)));

    GcSummary done = gc(storage);

    assertThat(done.listed()).isEqualTo(plan.listed());
    assertThat(stored(storage)).isEqualTo(whole);
    assertThat(gc(storage).reclaimed()).isEqualTo(GcSummary.Amount.NOTHING);
    PitId second = Bcn.at(storage).backup().pit().orElseThrow();
    Map<String, Contents> asOfSecond = Contents.ofAll(source);
    source.vanish();
    assertRestored(storage, first, asOfFirst);
    assertRestored(storage, second, asOfSecond);
    source.comeBack();
  }

  @Test
  void whatIsYoungStaysForTheNextBackupToUse() {
    Set<String> before = stored(storage);

    GcSummary summary = gc(storage, LATER, Duration.ofDays(3), GcRequest.Action.RECLAIM);

    assertThat(summary.reclaimed()).isEqualTo(GcSummary.Amount.NOTHING);
    assertThat(summary.young().objects()).isPositive();
    assertThat(stored(storage)).isEqualTo(before);
  }

  /** A long task writes its part hours after its first object: the part is what can be adopted. */
  @Test
  void whatALeftoverPartNamesStaysAsLongAsThePart() throws IOException {
    Path folder = temp.resolve("repo");
    Storage files = StorageLocation.parse(folder.toString()).open(Map.of());
    Bcn.at(files).backup(Scope.ofCatalog(source.catalog()));
    Set<String> committed = stored(files);
    source.sql("INSERT INTO @.db.t VALUES (3)");
    backupThatDies(files);
    Set<String> left = stored(files);
    left.removeAll(committed);
    assertThat(left).anyMatch(key -> key.contains("/inventory/"));
    Set<String> old = new TreeSet<>(left);
    old.removeIf(key -> key.contains("/inventory/"));
    for (String key : old) {
      Files.setLastModifiedTime(
          folder.resolve(key), FileTime.from(Instant.now().minus(Duration.ofDays(3))));
    }
    Clock afterItsLease = Clock.offset(NOW, Duration.ofMinutes(5));

    GcSummary summary = gc(files, afterItsLease, Duration.ofHours(24), GcRequest.Action.RECLAIM);

    Set<String> named = named(files, left);
    assertThat(named).isNotEmpty();
    assertThat(stored(files)).containsAll(named);
    old.removeAll(named);
    assertThat(summary.listed().stream().map(GcSummary.Listed::key))
        .containsExactlyInAnyOrderElementsOf(old);
  }

  /** What the inventory parts among these name. */
  private static Set<String> named(Storage in, Set<String> keys) {
    Set<String> named = new TreeSet<>();
    for (String key : keys) {
      if (key.contains("/inventory/")) {
        InventoryReader.parse(
            in.read(new ObjectKey(key)).orElseThrow(), key, file -> named.add(file.key().value()));
      }
    }
    return named;
  }

  @Test
  void aRunningBackupAndACollectionKeepEachOtherOut() {
    Repository repository = Repository.open(clean);
    try (PitClaim backup = PitClaim.acquire(repository, "nightly", NOW, Duration.ofDays(9))) {
      assertThatThrownBy(() -> gc(clean))
          .isInstanceOf(BcnException.class)
          .hasMessageContaining("run 'nightly'")
          .extracting("code")
          .isEqualTo(ErrorCode.LOCKED);
      assertThat(backup.isHeld()).isTrue();
    }
    try (PitClaim gc = PitClaim.acquire(repository, "gc", NOW, LEASE)) {
      assertThatThrownBy(() -> Bcn.at(clean).backup())
          .isInstanceOf(BcnException.class)
          .hasMessageContaining("run 'gc'");
      assertThat(gc.isHeld()).isTrue();
    }
  }

  /** Real runs, at the moments that matter: between mark and sweep, and just before the commit. */
  @Test
  void aBackupThatBeginsBetweenMarkAndSweepIsKeptOutAndACollectionBeforeACommitToo() {
    List<String> refused = new ArrayList<>();
    Consumer<String> backUp =
        line -> {
          if (line.startsWith("Removing") && refused.isEmpty()) {
            assertThatThrownBy(() -> Bcn.at(storage).backup())
                .hasMessageContaining("run 'gc-")
                .satisfies(e -> refused.add("backup"));
          }
        };
    assertThat(
            gc(storage, LATER, Duration.ofHours(24), GcRequest.Action.RECLAIM, backUp)
                .reclaimed()
                .objects())
        .isPositive();
    Consumer<String> collect =
        line -> {
          if (line.startsWith("Committing PIT")) {
            assertThatThrownBy(
                    () -> gc(storage, NOW, Duration.ofSeconds(-10), GcRequest.Action.RECLAIM))
                .hasMessageContaining("Cannot write to repository")
                .satisfies(e -> refused.add("gc"));
          }
        };
    PitId second =
        new Backup(SharedSpark.session(), new Progress(SharedSpark.session(), collect), NOW)
            .run(Bcn.at(storage).request(Optional.empty()))
            .pit()
            .orElseThrow();

    assertThat(refused).containsExactly("backup", "gc");
    assertThat(WholePits.of(storage)).containsExactly(first, second);
  }

  @Test
  void aDryRunBesideARunningBackupLeavesItsObjectsOut() {
    PitId running;
    ObjectKey object;
    try (PitClaim backup =
        PitClaim.acquire(Repository.open(clean), "nightly", LATER, Duration.ofDays(9))) {
      running = backup.pit();
      object =
          ObjectKey.of(
              stored(clean).iterator().next().replaceFirst(first.toString(), running.toString()));
      clean.create(object, new byte[1]);
      assertThat(gc(clean, LATER, Duration.ZERO, GcRequest.Action.PLAN_ONLY).reclaimed().objects())
          .isZero();
    }
    assertThat(gc(clean).listed()).extracting(GcSummary.Listed::key).contains(object.value());
  }

  @Test
  void aCollectionThatWasGivenUpRemovesNoObjectAnyMore() {
    Set<String> objects =
        stored(storage).stream()
            .filter(key -> !Layout.isInventoryPart(new ObjectKey(key)))
            .collect(Collectors.toSet());
    Clock afterItsLease = Clock.offset(LATER, LEASE.multipliedBy(2));
    Repository repository = Repository.open(storage);
    Consumer<String> takeOver =
        line -> {
          if (line.startsWith("Removing")) {
            PitClaim.acquire(repository, "nightly", afterItsLease, LEASE).close();
          }
        };

    assertThatThrownBy(() -> gc(storage, LATER, Duration.ZERO, GcRequest.Action.RECLAIM, takeOver))
        .hasMessageContaining("a backup took over meanwhile")
        .extracting("code")
        .isEqualTo(ErrorCode.LOCKED);
    assertThat(stored(storage)).containsAll(objects);
  }

  @Test
  void aDocumentThatCannotBeReadEndsItBeforeAnythingIsRemoved() {
    for (String kind : List.of("/table_state.json", "/inventory/", "/manifest.json")) {
      ObjectKey key = ofFirst(kind);
      byte[] good = storage.read(key).orElseThrow();
      Set<String> before = stored(storage);

      storage.replace(key, new byte[] {1});
      assertRefused(key);
      assertThat(stored(storage)).isEqualTo(before);
      storage.replace(key, good);
    }
    assertThat(gc(storage).reclaimed().objects()).isPositive();
    assertRestored(storage, first, asOfFirst);
  }

  private ObjectKey ofFirst(String kind) {
    if (kind.equals("/manifest.json")) {
      return Layout.pitManifest(source.catalog(), first);
    }
    return stored(storage).stream()
        .filter(key -> key.contains(first.toString()) && key.contains(kind))
        .map(ObjectKey::new)
        .findFirst()
        .orElseThrow();
  }

  private void assertRefused(ObjectKey damaged) {
    assertThatThrownBy(() -> gc(storage))
        .as(damaged.value())
        .hasStackTraceContaining("Cannot read '%s/%s'".formatted(storage.root(), damaged));
  }

  @Test
  void aPitThatIsGoneEndsItToo() {
    Bcn.at(clean).backup();
    clean.delete(Layout.pitManifest(source.catalog(), first));

    assertThatThrownBy(() -> gc(clean))
        .hasMessageStartingWith(
            "Cannot tell what is garbage in repository '%s': PIT %s is lost", clean.root(), first)
        .extracting("code")
        .isEqualTo(ErrorCode.DAMAGED);
  }

  /** What only it reached, and nothing else, is garbage when a user has given it up. */
  @Test
  void aLostPitThatWasGivenUpEndsItNoMore() {
    PitId second = Bcn.at(clean).backup().pit().orElseThrow();
    Set<String> stored = stored(clean);
    clean.delete(Layout.pitManifest(source.catalog(), first));
    ExpiryRequest giveUp =
        new ExpiryRequest(
            Repository.open(clean),
            new KeepRules(Map.of(KeepRules.Rule.LAST, 10), Duration.ZERO),
            ExpiryRequest.LostPits.GIVEN_UP,
            ExpiryRequest.Action.EXPIRE,
            LEASE);

    assertThat(new Expiry(Clock.systemUTC()).run(giveUp).expired()).isEqualTo(1);
    gc(clean);

    assertThat(WholePits.of(clean)).containsExactly(second);
    Set<String> left = stored(clean);
    assertThat(stored).containsAll(left).hasSizeGreaterThan(left.size());
    stored.removeAll(left);
    assertThat(stored).allMatch(key -> key.contains(first.toString()));
  }
}
