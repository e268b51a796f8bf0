package io.bcn.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.format.DatabaseName;
import io.bcn.format.Documents;
import io.bcn.format.Hold;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.TableTotals;
import io.bcn.repository.Losses;
import io.bcn.repository.PitExpiry;
import io.bcn.repository.Repository;
import io.bcn.retention.ExpirySummary.Decided;
import io.bcn.retention.KeepRules.Rule;
import io.bcn.storage.MemoryStorage;
import io.bcn.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stays whatever the rules say. */
class RetentionTest {
  private static final KeepRules LAST_ONE = new KeepRules(Map.of(Rule.LAST, 1), Duration.ZERO);
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final Storage storage = new MemoryStorage();
  private final Repository repository = Repository.create(storage, Scope.ofCatalog("c"), BEGIN);
  private Optional<PitManifest.Parent> parent = Optional.empty();
  private int pits;

  /** What a PIT of the test has: a table, none, or one that failed. */
  private enum Has {
    TABLE,
    NOTHING,
    FAILURE
  }

  private PitId pit(Has has) {
    PitId pit = new PitId(BEGIN.plus(Duration.ofDays(++pits)));
    byte[] manifest =
        Documents.write(
            PitManifest.of(
                pit,
                parent,
                "run",
                "test",
                new PitManifest.CutWindow(
                    PitManifest.CutMode.CONSISTENT, pit.timestamp(), pit.timestamp()),
                new PitManifest.DeletedInSource(List.of(), List.of()),
                List.of(),
                has == Has.NOTHING ? List.of() : List.of(table(pit, has)),
                List.of(),
                List.of()));
    storage.create(Layout.pitManifest("c", pit), manifest);
    parent = Optional.of(new PitManifest.Parent(pit, Documents.sha256(manifest)));
    return pit;
  }

  private static TableEntry table(PitId pit, Has has) {
    boolean failed = has == Has.FAILURE;
    ObjectRef state = new ObjectRef(ObjectKey.of("catalogs/c/state"), "0".repeat(64));
    return new TableEntry(
        DatabaseName.parse("d"),
        "t",
        Optional.of("uuid"),
        failed ? TableStatus.FAILED : TableStatus.ACTIVE,
        Optional.empty(),
        failed ? Optional.empty() : Optional.of(pit),
        failed ? Optional.empty() : Optional.of(state),
        "m",
        0,
        2,
        0,
        TableTotals.NOTHING,
        failed ? Optional.of(new TableEntry.Failure("FAILED", "x")) : Optional.empty());
  }

  private ExpiryRequest request(KeepRules rules) {
    return new ExpiryRequest(repository, rules, ExpiryRequest.Action.EXPIRE, Duration.ofMinutes(1));
  }

  private List<PitId> expired(KeepRules rules) {
    return Retention.of(request(rules)).expired();
  }

  private List<String> reasons(PitId pit) {
    return Retention.of(request(LAST_ONE)).pits().stream()
        .filter(decided -> decided.pit().equals(pit))
        .map(Decided::reasons)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anEmptyRepositoryHasNothingToExpire() {
    assertThat(Retention.of(request(LAST_ONE)).pits()).isEmpty();
  }

  /** Else a run of failures would push the last good state out. */
  @Test
  void rulesCountCompletePitsAndTheNewestOfTheseAlwaysStays() {
    PitId first = pit(Has.TABLE);
    PitId broken = pit(Has.FAILURE);
    PitId good = pit(Has.TABLE);
    PitId worse = pit(Has.FAILURE);
    PitId worst = pit(Has.FAILURE);

    assertThat(expired(LAST_ONE)).containsExactly(first, broken);
    assertThat(reasons(broken)).containsExactly("not complete, and a newer PIT is");
    assertThat(reasons(good)).containsExactly("--keep-last 1 of 1", "the newest complete PIT");
    assertThat(reasons(worse)).containsExactly("newer than the newest complete PIT");
    assertThat(reasons(worst))
        .containsExactly("the newest PIT", "newer than the newest complete PIT");
  }

  @Test
  void whereNoneIsCompleteTheRulesCountAllAndSaySo() {
    PitId first = pit(Has.FAILURE);
    pit(Has.FAILURE);

    assertThat(expired(LAST_ONE)).containsExactly(first);
    assertThat(Retention.of(request(LAST_ONE)).warnings())
        .containsExactly("No PIT is complete, so the rules count incomplete ones.");
  }

  /** Else the last that can be restored in full would go, and {@code latest} would find none. */
  @Test
  void aPitWithLostTablesDoesNotCount() {
    PitId old = pit(Has.TABLE);
    PitId damaged = pit(Has.TABLE);
    PitId good = pit(Has.TABLE);
    PitId worse = pit(Has.TABLE);
    lose(damaged);
    lose(worse);

    assertThat(expired(LAST_ONE)).containsExactly(old, damaged);
    assertThat(reasons(damaged)).containsExactly("tables of it are lost, and a newer PIT is whole");
    assertThat(reasons(good)).containsExactly("--keep-last 1 of 1", "the newest complete PIT");
    assertThat(reasons(worse))
        .containsExactly("the newest PIT", "newer than the newest complete PIT");
    assertThat(Retention.of(request(LAST_ONE)).warnings())
        .containsExactly(
            "PIT %s has lost 1 tables, so the rules do not count it.".formatted(worse),
            "PIT %s has lost 1 tables, so the rules do not count it.".formatted(damaged));
    assertThat(repository.select("latest").pit()).isEqualTo(good);
  }

  @Test
  void whereAllCompleteOnesHaveLostTablesTheRulesCountThese() {
    PitId first = pit(Has.TABLE);
    PitId second = pit(Has.TABLE);
    pit(Has.FAILURE);
    lose(first);
    lose(second);

    assertThat(expired(LAST_ONE)).containsExactly(first);
    assertThat(reasons(second)).contains("the newest complete PIT");
    assertThat(Retention.of(request(LAST_ONE)).warnings())
        .containsExactly("All complete PITs have lost tables, so the rules count these.");
  }

  private void lose(PitId pit) {
    new Losses(repository).mark(pit, List.of(TableName.parse("d.t")), BEGIN, "repair");
  }

  /** A source that was emptied, by mistake, must not take the last of its tables along. */
  @Test
  void theNewestThatHasTablesStays() {
    PitId first = pit(Has.TABLE);
    PitId full = pit(Has.TABLE);
    PitId empty = pit(Has.NOTHING);
    pit(Has.NOTHING);

    assertThat(expired(LAST_ONE)).containsExactly(first, empty);
    assertThat(reasons(full)).containsExactly("the newest PIT that has tables");
    assertThat(Retention.of(request(LAST_ONE)).warnings())
        .containsExactly(
            "The newest complete PIT has no tables; PIT %s, the newest that has some, stays."
                .formatted(full));
  }

  /** What an expiry left that died before it saw the hold, or that a collection has begun with. */
  @Test
  void aPitThatIsHeldAndExpiredIsWarnedOf() {
    PitId first = pit(Has.TABLE);
    pit(Has.TABLE);
    try (PitExpiry expiry = PitExpiry.begin(repository, Clock.systemUTC(), Duration.ofMinutes(1))) {
      expiry.expire(first);
    }
    storage.create(
        Layout.hold("c", first), Documents.write(Hold.of(first, BEGIN, "ana@ops", "an audit")));

    assertThat(Retention.of(request(LAST_ONE)).warnings())
        .containsExactly(
            "PIT %s is held and yet expired; 'bcn expire' puts it back, unless gc has collected it."
                .formatted(first));
  }

  @Test
  void aRuleThatKeepsNoneOfThemLeavesTheNewestAllTheSame() {
    PitId only = pit(Has.TABLE);

    assertThat(expired(LAST_ONE)).isEmpty();
    assertThat(reasons(only)).contains("the newest complete PIT");
  }

  /** Each would count as a day, and --keep-within counts from the newest. */
  @Test
  void aPitOfTheFutureEndsAnExpiry() {
    pit(Has.TABLE);
    PitId ahead = pit(Has.TABLE);
    Clock clock = Clock.fixed(BEGIN.plus(Duration.ofHours(23)), ZoneOffset.UTC);
    ExpiryRequest request =
        new ExpiryRequest(repository, LAST_ONE, ExpiryRequest.Action.EXPIRE, Duration.ofMinutes(1));

    assertThatThrownBy(() -> new Expiry(clock).run(request))
        .isInstanceOf(BcnException.class)
        .hasMessageContaining("PIT %s is of the future".formatted(ahead));
    assertThat(repository.pits()).hasSize(2);
  }
}
