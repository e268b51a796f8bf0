package io.bcn.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.Hold;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.KnownPit;
import io.bcn.repository.LostPit;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import io.bcn.retention.Expiry;
import io.bcn.retention.ExpiryRequest;
import io.bcn.retention.ExpirySummary;
import io.bcn.retention.GarbageCollection;
import io.bcn.retention.GcRequest;
import io.bcn.retention.GcSummary;
import io.bcn.retention.KeepRules;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import io.bcn.verify.Level;
import io.bcn.verify.Subset;
import io.bcn.verify.Verification;
import io.bcn.verify.VerifyRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** PITs go, and whatever the others reach stays; at any kill. */
@ExtendWith(LessMachinery.class)
class ExpiryIT {
  private static final Duration LEASE = Duration.ofMinutes(10);
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
  private static final KeepRules LAST_ONE =
      new KeepRules(Map.of(KeepRules.Rule.LAST, 1), Duration.ZERO);

  @TempDir private static Path temp;
  private static final Storage STORED = new MemoryStorage();
  private static final List<PitId> PITS = new ArrayList<>();
  private static final Map<PitId, Map<String, Contents>> CONTENTS = new TreeMap<>();
  private static Lake source;

  private final Storage storage = MemoryStorage.copyOf(STORED);

  /** Three PITs: a table that never changes, one that grows, one whose first files go. */
  @BeforeAll
  static void makeARepository() {
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.still (id BIGINT) USING iceberg",
        "INSERT INTO @.db.still VALUES (7)",
        "CREATE TABLE @.db.grows (id BIGINT) USING iceberg",
        "INSERT INTO @.db.grows VALUES (1)",
        "CREATE TABLE @.db.turns (id BIGINT) USING iceberg",
        "INSERT INTO @.db.turns VALUES (1)");
    PITS.add(backup(STORED));
    for (int i = 2; i <= 3; i++) {
      goOn(i);
      PITS.add(backup(STORED));
    }
  }

  private static void goOn(int i) {
    source.sql(
        "INSERT INTO @.db.grows VALUES (%d)".formatted(i),
        "INSERT OVERWRITE @.db.turns VALUES (%d)".formatted(i),
        "CALL @.system.expire_snapshots(table => 'db.turns', retain_last => 1,"
            + " older_than => TIMESTAMP '2099-01-01 00:00:00')");
  }

  private static PitId backup(Storage in) {
    PitId pit = Bcn.at(in).backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow();
    CONTENTS.put(pit, Contents.ofAll(source));
    return pit;
  }

  private static BackupSummary backup(Storage in, BackupRequest.Reuse reuse) {
    return backup(in, reuse, BackupRequest.Action.BACK_UP);
  }

  private static BackupSummary backup(
      Storage in, BackupRequest.Reuse reuse, BackupRequest.Action action) {
    BackupRequest request = Bcn.at(in).request(Optional.empty());
    return Bcn.at(in)
        .backup(
            new BackupRequest(
                in,
                request.scope(),
                request.coverage(),
                reuse,
                action,
                request.consistency(),
                request.emptySources(),
                request.runId(),
                request.settings(),
                request.lease()));
  }

  private static ExpirySummary expire(Storage in, Clock clock) {
    return new Expiry(clock)
        .run(new ExpiryRequest(Repository.open(in), LAST_ONE, ExpiryRequest.Action.EXPIRE, LEASE));
  }

  private static GcSummary gc(Storage in) {
    return gc(in, LATER);
  }

  private static GcSummary gc(Storage in, Clock clock) {
    return new GarbageCollection(
            SharedSpark.session(), new Progress(SharedSpark.session(), line -> {}), clock)
        .run(
            new GcRequest(
                Repository.open(in), Duration.ofHours(24), GcRequest.Action.RECLAIM, LEASE, 100));
  }

  private static List<PitId> readable(Storage in) {
    return Repository.open(in).readable().map(CommittedPit::pit).sorted().toList();
  }

  /** Documents, digests, the chain through the marks, and every byte. */
  private static void assertIntact(Storage in) {
    assertThat(
            new Verification(SharedSpark.session(), new Progress(SharedSpark.session(), line -> {}))
                .run(
                    new VerifyRequest(
                        Repository.open(in), Optional.empty(), Level.CHECKSUM, Subset.ALL))
                .damaged())
        .isEmpty();
  }

  private static long objects(Storage in) {
    return objects(in, ".*").stream().filter(key -> Layout.storedBy(key).isPresent()).count();
  }

  private static List<ObjectKey> objects(Storage in, String pattern) {
    try (Stream<ObjectStat> all = in.list(Layout.catalogs())) {
      return all.map(ObjectStat::key).filter(key -> key.value().matches(pattern)).toList();
    }
  }

  @Test
  void expireChangesWhichPitsExistAndGcGivesBackWhatOnlyTheseReached() {
    long before = objects(storage);

    ExpirySummary summary = expire(storage, Clock.systemUTC());

    assertThat(summary.expired()).isEqualTo(2);
    assertThat(readable(storage)).containsExactly(PITS.get(2));
    assertThat(objects(storage)).as("expire removes no object").isEqualTo(before);
    assertThat(reclaimed(storage))
        .as("the kept state draws on the older inventories, the older states are nobody's")
        .hasSize(4)
        .allMatch(key -> key.endsWith("/table_state.json"));
    assertIntact(storage);
    assertRefused(PITS.get(0));

    // A full backup draws on nothing older.
    goOn(4);
    PitId full = backup(storage, BackupRequest.Reuse.NOTHING).pit().orElseThrow();
    Map<String, Contents> last = Contents.ofAll(source);
    assertThat(expire(storage, Clock.systemUTC()).expired()).isEqualTo(1);
    assertThat(reclaimed(storage))
        .anyMatch(key -> key.contains("/turns/snapshots/" + PITS.get(0)))
        .anyMatch(key -> key.contains("/grows/deltas/" + PITS.get(1)))
        .anyMatch(key -> key.contains("/still/snapshots/" + PITS.get(0)))
        .noneMatch(key -> key.contains(full.toString()));
    assertIntact(storage);
    assertLatest(last);
  }

  private void assertLatest(Map<String, Contents> expected) {
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("restored-" + UUID.randomUUID()));
    Bcn.at(storage).restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), expected);
    source.comeBack();
  }

  /** What the tables reach stays where it is; only the lists of it are new. */
  @Test
  void aCondensedBackupLetsGcGiveBackWhatTablesHaveDropped() {
    expire(storage, Clock.systemUTC());
    assertThat(reclaimed(storage)).hasSize(4);
    goOn(4);
    List<PitId> older = readable(storage);

    BackupSummary condensed = backup(storage, BackupRequest.Reuse.CONDENSED);

    assertThat(condensed.copiedFiles()).isEqualTo(condensed.newFiles());
    assertThat(
            objects(storage, ".*/still/.*/%s/objects/.*".formatted(condensed.pit().orElseThrow())))
        .as("copied of a table that did not change")
        .singleElement()
        .asString()
        .endsWith(".metadata.json");
    assertIntact(storage);
    Map<String, Contents> last = Contents.ofAll(source);
    assertThat(expire(storage, Clock.systemUTC()).expired()).isEqualTo(older.size());
    assertThat(reclaimed(storage))
        .as("data that 'turns' has dropped, and the older lists")
        .anyMatch(key -> key.matches(".*/turns/snapshots/.*/objects/.*\\.parquet"))
        .anyMatch(key -> key.matches(".*/still/snapshots/.*/inventory/.*"))
        .noneMatch(key -> key.matches(".*/(still|grows)/.*/objects/.*\\.parquet"));
    assertIntact(storage);
    assertLatest(last);
  }

  @Test
  void aTableIsCondensedWhenItsListsAreOfSixteenPits() {
    Storage many = new MemoryStorage();
    Lake lake = Lake.jdbc(temp.resolve("many"));
    lake.sql("CREATE NAMESPACE @.db", "CREATE TABLE @.db.t (id BIGINT) USING iceberg");
    List<Long> lists = new ArrayList<>();
    List<String> plans = new ArrayList<>();
    for (int i = 1; i <= 17; i++) {
      lake.sql("INSERT INTO @.db.t VALUES (%d)".formatted(i));
      if (i >= 16) {
        BackupSummary plan =
            backup(many, BackupRequest.Reuse.PARENT, BackupRequest.Action.PLAN_ONLY);
        plan.changes().forEach(planned -> plans.add(planned.change()));
      }
      BackupSummary backup = Bcn.at(many).backup(Scope.ofCatalog(lake.catalog()));
      assertThat(backup.newFiles())
          .as("backup %d: metadata, at first two, a manifest list, a manifest, data", i)
          .isEqualTo(i == 1 ? 5 : 4)
          .isEqualTo(backup.copiedFiles());
      lists.add(listsOfTheNewestState(many));
    }
    assertThat(plans).as("what dry runs said before").containsExactly("CHANGED", "CONDENSED");
    assertThat(lists)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L, 1L);
    assertIntact(many);
    Map<String, Contents> expected = Contents.ofAll(lake);
    lake.vanish();
    Lake target = Lake.jdbc(temp.resolve("restored-many"));
    Bcn.at(many).restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), expected);
  }

  private static long listsOfTheNewestState(Storage in) {
    PitManifest newest = Repository.open(in).readable().findFirst().orElseThrow().manifest();
    return Repository.state(in, newest.tables().get(0).state().orElseThrow()).inventories().stream()
        .map(part -> part.key().value().replaceAll("/[^/]*$", ""))
        .distinct()
        .count();
  }

  private static List<String> reclaimed(Storage in) {
    return gc(in).listed().stream().map(GcSummary.Listed::key).toList();
  }

  private void assertRefused(PitId expired) {
    Lake target = Lake.jdbc(temp.resolve("refused"));
    assertThatThrownBy(() -> Bcn.at(storage).restoreAll(expired.toString(), target))
        .hasMessageContaining("Cannot find PIT '%s'", expired)
        .hasMessageContaining("it was expired at 20")
        .extracting("code")
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  /** A restore of it may be under way: its objects stay as long as anything young does. */
  @Test
  void whatAnExpiredPitReachedIsGarbageOnlyAfterTheGrace() {
    expire(storage, LATER);

    assertThat(gc(storage).reclaimed()).isEqualTo(GcSummary.Amount.NOTHING);

    Clock afterTheGrace = Clock.offset(LATER, Duration.ofHours(25));
    ObjectKey copy = Layout.expiredManifest(source.catalog(), PITS.get(0));
    assertThat(storage.stat(copy)).isPresent();
    assertThat(gc(storage, afterTheGrace).reclaimed().objects()).isEqualTo(4);
    assertThat(storage.stat(copy)).isEmpty();
    assertIntact(storage);
  }

  /** An expiry died when it had written the mark, and before it saw the hold. */
  @Test
  void whatAHeldPitReachedStaysAlsoWhereItWasExpired() {
    expire(storage, Clock.systemUTC());
    PitId first = PITS.get(0);
    storage.create(
        Layout.hold(source.catalog(), first),
        Documents.write(Hold.of(first, Instant.now(), "ana@ops", "")));

    assertThat(reclaimed(storage))
        .as("what the PIT reached that nobody holds")
        .isNotEmpty()
        .noneMatch(key -> key.contains(first.toString()));
    ExpirySummary next = expire(storage, LATER);

    assertThat(next.warnings())
        .containsExactly("PIT %s is held and was expired; it is there again.".formatted(first));
    assertThat(next.pits())
        .first()
        .satisfies(pit -> assertThat(pit.decision()).isEqualTo(ExpirySummary.Decision.KEEP));
    assertThat(readable(storage)).containsExactly(first, PITS.get(2));
    assertIntact(storage);
  }

  /** At every change that it makes, before and after it took effect. */
  @Test
  void anExpiryMayDieAnywhereAndTheNextOneFinishesIt() {
    FaultyStorage counting = FaultyStorage.counting(MemoryStorage.copyOf(storage));
    expire(counting, Clock.systemUTC());
    assertThat(counting.mutations())
        .as("claim, its trial, two copies and marks, the claim's end")
        .isEqualTo(7);

    Clock afterItsLease = Clock.offset(Clock.systemUTC(), LEASE.multipliedBy(2));
    for (long n = 1; n <= counting.mutations(); n++) {
      for (Fault fault : List.of(Fault.BEFORE_EFFECT, Fault.AFTER_EFFECT)) {
        Storage inside = MemoryStorage.copyOf(storage);
        FaultyStorage dying = FaultyStorage.failingAt(n, fault, inside);
        assertThatThrownBy(() -> expire(dying, Clock.systemUTC()))
            .hasStackTraceContaining("a test broke the storage");

        assertThat(Repository.open(inside).history().filter(LostPit.class::isInstance)).isEmpty();
        assertThat(readable(inside)).contains(PITS.get(2));
        expire(inside, afterItsLease);
        assertThat(readable(inside)).as("%s at %d", fault, n).containsExactly(PITS.get(2));
        assertThat(Repository.open(inside).history().map(KnownPit::pit))
            .as("the marks keep their places")
            .containsExactlyInAnyOrderElementsOf(PITS);
      }
    }
  }

  @Test
  void besideARunningBackupItWaitsForItsTurn() {
    try (PitClaim backup =
        PitClaim.acquire(Repository.open(storage), "nightly", Clock.systemUTC(), LEASE)) {
      assertThatThrownBy(() -> expire(storage, Clock.systemUTC()))
          .isInstanceOf(BcnException.class)
          .hasMessageContaining("run 'nightly'")
          .extracting("code")
          .isEqualTo(ErrorCode.LOCKED);
      assertThat(backup.isHeld()).isTrue();
    }
    assertThat(readable(storage)).isEqualTo(PITS);
  }

  /** A mark that was changed shows as a changed manifest would: its child knows the digest. */
  @Test
  void theDigestsOfTheChainAreFollowedThroughAMark() {
    expire(storage, Clock.systemUTC());
    ObjectKey second = Layout.pitManifest(source.catalog(), PITS.get(1));
    String mark = new String(storage.read(second).orElseThrow(), UTF_8);
    storage.replace(
        second,
        mark.replaceFirst("\"manifest_sha256\" : \"[0-9a-f]{8}", "\"manifest_sha256\" : \"00000000")
            .getBytes(UTF_8));

    assertThat(
            new Verification(SharedSpark.session(), new Progress(SharedSpark.session(), line -> {}))
                .run(
                    new VerifyRequest(
                        Repository.open(storage), Optional.empty(), Level.EXISTS, Subset.ALL))
                .damaged())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.object()).isEqualTo(second.value());
              assertThat(finding.message()).contains("its child PIT recorded");
            });
  }
}
