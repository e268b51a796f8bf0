package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Layout;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.repair.ObjectRepair;
import io.bcn.repair.ObjectRepairRequest;
import io.bcn.repair.ObjectRepairRequest.Action;
import io.bcn.repair.ObjectRepairRequest.From;
import io.bcn.repair.ObjectRepairSummary;
import io.bcn.repository.Losses;
import io.bcn.repository.Repository;
import io.bcn.restore.RestoreRequest;
import io.bcn.verify.Level;
import io.bcn.verify.Subset;
import io.bcn.verify.Verification;
import io.bcn.verify.VerifyRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Damaged objects come back byte for byte from where they still are; what is lost is named. */
@ExtendWith(LessMachinery.class)
class ObjectRepairIT {
  private static final TableName T = TableName.parse("db.t");

  @TempDir private static Path temp;
  private static Lake source;
  private static Path stored;
  private static PitId first;
  private static PitId second;

  private final RepositoryFiles repo = new RepositoryFiles(copy("repo"));

  @BeforeAll
  static void backUpTwice() {
    stored = temp.resolve("stored");
    source =
        Lake.jdbc(temp.resolve("source"))
            .sql(
                "CREATE NAMESPACE @.db",
                "CREATE TABLE @.db.t (id BIGINT) USING iceberg",
                "INSERT INTO @.db.t VALUES (1)",
                "CREATE TABLE @.db.u (id BIGINT) USING iceberg",
                "INSERT INTO @.db.u VALUES (7)",
                "CREATE VIEW @.db.v AS SELECT id FROM @.db.t");
    first = Bcn.at(stored).backup(Scope.ofCatalog(source.catalog())).pit().orElseThrow();
    source.sql("INSERT INTO @.db.t VALUES (2)");
    second = Bcn.at(stored).backup().pit().orElseThrow();
  }

  private static Path copy(String name) {
    Path to = temp.resolve(name + "-" + System.nanoTime());
    try (Stream<Path> files = Files.walk(stored)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = to.resolve(stored.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Repository repository() {
    return Repository.open(repo.bcn().storage());
  }

  private ObjectRepairSummary repair(From from, Action action) {
    return repair(Level.CHECKSUM, from, action, Integer.MAX_VALUE);
  }

  private ObjectRepairSummary repair(Level level, From from, Action action, int mostObjects) {
    return new ObjectRepair(
            SharedSpark.session(),
            new Progress(SharedSpark.session(), line -> {}),
            Clock.systemUTC())
        .run(
            new ObjectRepairRequest(
                repository(),
                level,
                from,
                SharedSpark.settings(),
                action,
                Duration.ofMinutes(1),
                mostObjects));
  }

  private ObjectRepairSummary repairFromSource() {
    return repair(new ObjectRepairRequest.Source(), Action.REPAIR);
  }

  private static From from(Path repository) {
    return new ObjectRepairRequest.Other(Bcn.at(repository).storage());
  }

  private void assertIntact() {
    assertThat(
            new Verification(SharedSpark.session(), new Progress(SharedSpark.session(), line -> {}))
                .run(new VerifyRequest(repository(), Optional.empty(), Level.CHECKSUM, Subset.ALL))
                .damaged())
        .isEmpty();
  }

  private String object(String pattern) {
    return repo.all().stream().filter(file -> file.matches(pattern)).findFirst().orElseThrow();
  }

  private String data(String table) {
    return object(".*/%s/snapshots/.*/objects/.*\\.parquet".formatted(table));
  }

  private void delete(String object) {
    delete(repo, object);
  }

  private static void delete(RepositoryFiles from, String object) {
    try {
      Files.delete(from.root().resolve(object));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void flip(String object) {
    try {
      Path path = repo.root().resolve(object);
      byte[] bytes = Files.readAllBytes(path);
      bytes[bytes.length / 2] ^= 1;
      Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> damageFiles() {
    List<String> harmed =
        new ArrayList<>(
            List.of(
                data("t"),
                object(".*/t/deltas/.*/objects/.*-m0\\.avro"),
                object(".*/t/snapshots/.*/objects/.*\\.metadata\\.json"),
                object(".*/t/snapshots/.*/objects/.*snap-.*\\.avro"),
                object(".*/v/views/.*/objects/.*\\.metadata\\.json")));
    delete(harmed.get(0));
    harmed.subList(1, harmed.size()).forEach(this::flip);
    harmed.sort(null);
    return harmed;
  }

  private static List<String> mended(ObjectRepairSummary summary) {
    return summary.mended().stream().map(ObjectRepairSummary.Mended::object).sorted().toList();
  }

  @Test
  void whatTheSourceStillHasIsTakenAgain() {
    List<String> harmed = damageFiles();
    var before = repo.all();

    ObjectRepairSummary plan = repair(new ObjectRepairRequest.Source(), Action.PLAN_ONLY);

    assertThat(mended(plan)).isEqualTo(harmed);
    assertThat(plan.lost()).isEmpty();
    assertThat(repo.all()).as("after a dry run").isEqualTo(before);

    ObjectRepairSummary done = repairFromSource();

    assertThat(mended(done)).isEqualTo(harmed);
    assertThat(done.wholePits()).containsExactly(first, second);
    assertIntact();
    assertThat(mended(repairFromSource())).isEmpty();
  }

  @Test
  void aCopyOfTheRepositoryGivesDocumentsAndFilesBack() {
    List<String> harmed = damageFiles();
    String state = object(".*/t/snapshots/.*/table_state\\.json");
    String part = object(".*/t/snapshots/.*/inventory/.*\\.parquet");
    List<String> manifests =
        Stream.of(first, second)
            .map(pit -> Layout.pitManifest(source.catalog(), pit).value())
            .toList();
    flip(state);
    delete(part);
    flip(manifests.get(0));
    delete(manifests.get(1));
    harmed.addAll(List.of(state, part));
    harmed.addAll(manifests);
    harmed.sort(null);

    ObjectRepairSummary done = repair(from(stored), Action.REPAIR);

    assertThat(mended(done)).isEqualTo(harmed);
    assertThat(done.lost()).isEmpty();
    assertIntact();
  }

  /** Its keys are others; the bytes are known by their digest. */
  @Test
  void anotherRepositoryOfTheSameSourceGivesFilesBack() {
    List<String> harmed = damageFiles();
    Path other = temp.resolve("other");
    Bcn.at(other).backup(Scope.ofCatalog(source.catalog()));

    ObjectRepairSummary done = repair(from(other), Action.REPAIR);

    // A view's file stands in no inventory.
    String view = object(".*/v/views/.*\\.json");
    harmed.remove(view);
    assertThat(mended(done)).isEqualTo(harmed);
    assertThat(done.lost())
        .singleElement()
        .satisfies(
            lost -> {
              assertThat(lost.object()).isEqualTo(view);
              assertThat(lost.kind()).isEqualTo("VIEW_METADATA");
            });
    assertThat(mended(repairFromSource())).containsExactly(view);
    assertIntact();
  }

  @Test
  void whatIsNowhereIsLostAndAllElseIsRestored() throws IOException {
    String lost = data("t");
    byte[] bytes = Files.readAllBytes(repo.root().resolve(lost));
    delete(lost);
    // The source has a file of that name with other bytes.
    Path atSource = sourceFile(lost);
    byte[] original = Files.readAllBytes(atSource);
    byte[] changed = original.clone();
    changed[changed.length / 2] ^= 1;
    Files.write(atSource, changed);
    Files.deleteIfExists(atSource.resolveSibling("." + atSource.getFileName() + ".crc"));
    try {
      ObjectRepairSummary summary = repairFromSource();

      assertThat(summary.mended()).isEmpty();
      assertThat(summary.lost())
          .singleElement()
          .satisfies(
              object -> {
                assertThat(object.object()).isEqualTo(lost);
                assertThat(object.reason()).isEqualTo("what is there has other bytes");
              });
      assertThat(summary.damagedPits())
          .containsExactly(
              new ObjectRepairSummary.DamagedPit(first, List.of(T)),
              new ObjectRepairSummary.DamagedPit(second, List.of(T)));
      assertThat(summary.wholePits()).isEmpty();
      assertThat(repo.root().resolve(lost)).doesNotExist();
    } finally {
      Files.write(atSource, original);
    }
    Lake target = Lake.jdbc(temp.resolve("target-" + System.nanoTime()));
    assertThatThrownBy(() -> repo.bcn().restoreAll("latest", target))
        .hasMessageContaining("the repository has no PIT that is complete and whole");
    assertThatThrownBy(() -> repo.bcn().restoreAll(second.toString(), target))
        .hasMessage(
            "Cannot restore table 'db.t' of PIT %s: objects that they need are lost, as 'bcn repair' found",
            second)
        .extracting("code")
        .isEqualTo(ErrorCode.DAMAGED);
    repo.bcn()
        .restore(
            second.toString(),
            new RestoreRequest.Selection(
                List.of(),
                List.of(TableName.parse("db.u")),
                List.of(),
                RestoreRequest.Deleted.LEFT_OUT),
            Bcn.to(target));
    assertThat(target.tables()).containsExactly("db.u");

    // The next PIT does not build on what is lost.
    BackupSummary third = repo.bcn().backup();
    assertThat(third.warnings())
        .containsExactly("Table db.t is stored anew, for the parent PIT has lost objects of it.");
    assertThat(repo.manifest(third).table(T).orElseThrow().status()).isEqualTo(TableStatus.ACTIVE);
    assertThat(repo.manifest(third).table(TableName.parse("db.u")).orElseThrow().status())
        .isEqualTo(TableStatus.UNCHANGED);
    assertThat(repository().select("latest").pit()).isEqualTo(third.pit().orElseThrow());

    // Put back by hand, it is whole again.
    Files.write(repo.root().resolve(lost), bytes);
    assertThat(repairFromSource().damagedPits()).isEmpty();
    assertThat(new Losses(repository()).all()).isEmpty();
    assertIntact();
  }

  /** Where the source has the file of a stored object. */
  private static Path sourceFile(String object) throws IOException {
    String base = object.substring(object.lastIndexOf('/') + 1).substring(25);
    try (Stream<Path> files = Files.walk(source.warehouse())) {
      return files
          .filter(file -> file.getFileName().toString().equals(base))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Else a look that can't see flipped bytes would call what has them whole. */
  @Test
  void aMarkGoesOnlyAfterALookAtEveryByte() {
    ObjectRepairSummary.DamagedPit marked = new ObjectRepairSummary.DamagedPit(second, List.of(T));
    new Losses(repository()).mark(second, List.of(T), Instant.now(), "test");

    ObjectRepairSummary glance =
        repair(Level.EXISTS, new ObjectRepairRequest.Source(), Action.REPAIR, 10);
    assertThat(glance.lost()).isEmpty();
    assertThat(glance.damagedPits()).containsExactly(marked);
    assertThat(glance.wholePits()).containsExactly(first);
    assertThat(new Losses(repository()).of(second)).containsExactly(T);

    assertThat(repairFromSource().damagedPits()).isEmpty();
    assertThat(new Losses(repository()).all()).isEmpty();
  }

  /** Two copies that rotted in different places mend each other. */
  @Test
  void aCopyThatIsDamagedElsewhereGivesWhatItHas() {
    List<String> harmed = damageFiles();
    RepositoryFiles mirror = new RepositoryFiles(copy("mirror"));
    delete(mirror, object(".*/u/snapshots/.*/inventory/.*\\.parquet"));

    assertThat(mended(repair(from(mirror.root()), Action.REPAIR))).isEqualTo(harmed);
    assertIntact();
  }

  @Test
  void whatIsTooMuchForOneRunIsSaid() {
    String lost = object(".*/t/deltas/.*/objects/.*\\.parquet");
    String next = data("t");
    List.of(lost, next).forEach(this::delete);
    RepositoryFiles mirror = new RepositoryFiles(copy("mirror"));
    List.of(lost, next).forEach(object -> delete(mirror, object));

    ObjectRepairSummary summary = repair(Level.CHECKSUM, from(mirror.root()), Action.REPAIR, 1);

    assertThat(summary.lost()).singleElement().extracting("object").isEqualTo(lost);
    assertThat(summary.untriedObjects()).isEqualTo(1);
    assertThat(summary.wholePits()).as("nobody knows").isEmpty();
  }

  @Test
  void aMarkOnOnePitLetsLatestChooseTheOther() {
    new Losses(repository()).mark(second, List.of(T), Instant.now(), "test");

    assertThat(repository().select("latest").pit()).isEqualTo(first);
    assertThatThrownBy(
            () ->
                repo.bcn()
                    .restoreAll(
                        second.toString(), Lake.jdbc(temp.resolve("t-" + System.nanoTime()))))
        .extracting("hint")
        .isEqualTo(
            "Leave them out with --exclude, or restore them from --pit %s.".formatted(first));
  }
}
