package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.Backup;
import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.sql.RuntimeConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup that dies at each of its writes (promises 1 and 3).
 *
 * <p>It dies just after the write's effect: what is stored before the n-th write is what is stored
 * after the one before.
 */
@Timeout(600)
class FaultIT {
  /** No heartbeat falls into a test: it would be one write more. */
  private static final Duration LEASE = Duration.ofHours(1);

  /** What "died" here is a part of a process that lives on; only its lease ends. */
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), LEASE.multipliedBy(2));

  /** Tables of a few rows, over and over: less machinery. */
  private static final Map<String, String> SMALL = Map.of("spark.sql.shuffle.partitions", "1");

  /**
   * Every write with {@code -Dbcn.full=true}; else every fourth, beginning at random, within CI's
   * time.
   */
  private static final long STEP = Boolean.getBoolean("bcn.full") ? 1 : 4;

  private static final long FIRST = 1L + new Random().nextInt((int) STEP);

  @TempDir Path temp;

  private final Map<String, String> settingsBefore = new TreeMap<>();
  private Lake source;

  @BeforeEach
  void makeTables() {
    RuntimeConfig settings = SharedSpark.session().conf();
    SMALL.forEach(
        (key, value) -> {
          settingsBefore.put(key, settings.get(key));
          settings.set(key, value);
        });
    SharedSpark.session().sparkContext().setLogLevel("OFF");
    source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.a (id BIGINT) USING iceberg",
        "INSERT INTO @.db.a VALUES (1)",
        "CREATE TABLE @.db.b (id BIGINT, text STRING) USING iceberg",
        "INSERT INTO @.db.b VALUES (1, 'one')");
  }

  @AfterEach
  void putSettingsBack() {
    settingsBefore.forEach(SharedSpark.session().conf()::set);
    SharedSpark.session().sparkContext().setLogLevel("ERROR");
  }

  @Test
  void aFirstBackupMayDieAtEveryWrite() {
    FaultyStorage counting = FaultyStorage.counting(new MemoryStorage());
    backup(counting, Clock.systemUTC());
    long writes = counting.mutations();
    System.out.println(
        "FaultIT: a first backup of 2 tables has "
            + writes
            + " writes, tried from "
            + FIRST
            + " by "
            + STEP);

    Storage inside = new MemoryStorage();
    diesAndIsRepeated(inside, 1, Fault.BEFORE_EFFECT);
    for (long n = FIRST; n <= writes; n += STEP) {
      inside = new MemoryStorage();
      diesAndIsRepeated(inside, n, Fault.AFTER_EFFECT);
    }
    assertRestored(inside, "latest", Contents.ofAll(source));
  }

  @Test
  void aLaterBackupMayDieAtEveryWriteAndThePitBeforeItStays() {
    Storage first = new MemoryStorage();
    PitId pit = backup(first, Clock.systemUTC()).pit().orElseThrow();
    Map<String, Contents> before = Contents.ofAll(source);
    source.sql("INSERT INTO @.db.a VALUES (2)", "DROP TABLE @.db.b");
    FaultyStorage counting = FaultyStorage.counting(copyOf(first));
    backup(counting, Clock.systemUTC());
    long writes = counting.mutations();
    System.out.println(
        "FaultIT: a backup of 1 changed and 1 dropped table has "
            + writes
            + " writes, tried from "
            + FIRST
            + " by "
            + STEP);

    Storage inside = first;
    for (long n = FIRST; n <= writes; n += STEP) {
      inside = copyOf(first);
      diesAndIsRepeated(inside, n, Fault.AFTER_EFFECT);
      assertThat(WholePits.of(inside)).contains(pit);
    }
    assertRestored(inside, pit.toString(), before);
    assertRestored(inside, "latest", Contents.ofAll(source));
  }

  private void diesAndIsRepeated(Storage inside, long n, Fault fault) {
    List<PitId> before = WholePits.of(inside);
    FaultyStorage dying = FaultyStorage.failingAt(n, fault, inside);
    String death = "a test broke the storage at mutation " + n;
    try {
      BackupSummary committed = backup(dying, Clock.systemUTC());
      // It had committed before it died.
      assertThat(committed.warnings()).as("write %d", n).anyMatch(text -> text.contains(death));
      assertThat(WholePits.of(inside)).hasSize(before.size() + 1);
    } catch (Exception e) {
      assertThat(e).as("write %d, %s", n, fault).hasStackTraceContaining(death);
    }
    assertThat(WholePits.of(inside)).hasSizeBetween(before.size(), before.size() + 1);

    BackupSummary again = backup(inside, LATER);

    assertThat(again.complete()).isTrue();
    assertThat(WholePits.of(inside)).containsAll(before).contains(again.pit().orElseThrow());
  }

  private BackupSummary backup(Storage storage, Clock clock) {
    BackupRequest request =
        new BackupRequest(
            storage,
            Optional.of(Scope.ofCatalog(source.catalog())),
            Optional.empty(),
            BackupRequest.Reuse.PARENT,
            BackupRequest.Action.BACK_UP,
            BackupRequest.Consistency.STRICT,
            BackupRequest.EmptySources.REFUSED,
            new BackupRequest.RunId(
                UUID.randomUUID().toString(), BackupRequest.RunId.Origin.GENERATED),
            SharedSpark.settings(),
            LEASE);
    Progress progress = new Progress(SharedSpark.session(), line -> {});
    return new Backup(SharedSpark.session(), progress, clock).run(request);
  }

  private void assertRestored(Storage storage, String pit, Map<String, Contents> expected) {
    Lake target = Lake.jdbc(temp.resolve("restored-" + pit));
    Bcn.at(storage).restoreAll(pit, target);
    Contents.assertEqual(Contents.ofAll(target), expected);
  }

  private static Storage copyOf(Storage storage) {
    Storage copy = new MemoryStorage();
    try (Stream<ObjectStat> objects = storage.list(ObjectKey.of("catalogs"))) {
      Stream.concat(objects.map(ObjectStat::key), Stream.of(Layout.repositoryManifest()))
          .forEach(key -> copy.create(key, storage.read(key).orElseThrow()));
    }
    return copy;
  }
}
