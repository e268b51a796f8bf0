package io.bcn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import io.bcn.format.AbandonedPit;
import io.bcn.format.Documents;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A PIT manifest that is damaged or gone: the other PITs stay usable, and nothing is silent. */
class LostPitTest {
  private static final PitId FIRST = SampleRepository.FIRST;
  private static final PitId SECOND = SampleRepository.SECOND;
  private static final PitId THIRD = SampleRepository.THIRD;

  @TempDir Path temp;
  private Storage storage;

  @BeforeEach
  void writeRepository() {
    storage = SampleRepository.withPits(temp).storage();
  }

  private Run bcn(String verb, String... more) {
    String[] words = new String[3 + more.length];
    System.arraycopy(new String[] {verb, "--repo", temp.toString()}, 0, words, 0, 3);
    System.arraycopy(more, 0, words, 3, more.length);
    return new Console().run(words);
  }

  private static ObjectKey manifest(PitId pit) {
    return Layout.pitManifest("prod", pit);
  }

  private void damage(ObjectKey key, String how) {
    byte[] good = storage.read(key).orElseThrow();
    byte[] bad =
        switch (how) {
          case "truncated" -> Arrays.copyOf(good, good.length / 2);
          case "empty" -> new byte[0];
          case "not JSON" -> "PAR1".getBytes(UTF_8);
          case "another PIT's" -> storage.read(manifest(FIRST)).orElseThrow();
          default -> throw new IllegalArgumentException(how);
        };
    storage.replace(key, bad);
  }

  @ParameterizedTest
  @ValueSource(strings = {"truncated", "empty", "not JSON", "another PIT's"})
  void theNewestCompleteOneIsNotReplacedByAnOlderStateInSilence(String how) {
    damage(manifest(SECOND), how);

    Run latest = bcn("list");

    assertThat(latest.exitCode()).isEqualTo(24);
    assertThat(latest.err())
        .startsWith(
            "Error: Cannot use PIT 'latest' of repository '%s': PIT %s is lost (Cannot read '%s/%s'"
                .formatted(temp, SECOND, temp, manifest(SECOND)))
        .endsWith(
            "Hint: The newest complete PIT before it is --pit %s; it holds an older state.\n"
                .formatted(FIRST));
    assertThat(bcn("list", "--pit", "2026-01-02T11:00:00Z").exitCode()).isEqualTo(24);
    assertThat(bcn("list", "--pit", SECOND.toString()).err())
        .contains("PIT %s is lost".formatted(SECOND), "Put its manifest back from a copy");
  }

  @Test
  void theOthersAreListedAsBefore() {
    damage(manifest(SECOND), "truncated");

    assertThat(bcn("list", "--pit", FIRST.toString()).exitCode()).isZero();
    assertThat(bcn("list", "--pit", "2026-01-02T09:00:00Z").out()).startsWith("PIT " + FIRST);
    assertThat(bcn("list", "--pit", THIRD.toString()).exitCode()).as("its parent is lost").isZero();
    assertThat(bcn("describe", "--pit", FIRST.toString()).exitCode()).isZero();
  }

  @Test
  void describeShowsAllOthersAndEndsWithTheCodeForDamage() throws IOException {
    damage(manifest(SECOND), "empty");

    Run run = bcn("describe");

    assertThat(run.exitCode()).isEqualTo(24);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("PITs        2\n")
        .contains(
            "Lost        PIT %s: Cannot read '%s/%s': it is empty\n"
                .formatted(SECOND, temp, manifest(SECOND)))
        .contains("\n" + FIRST, "\n" + THIRD);
    var document = new ObjectMapper().readTree(bcn("describe", "--json").out());
    assertThat(document.path("pits")).hasSize(2);
    assertThat(document.path("lost_pits").get(0).path("pit").asText()).isEqualTo(SECOND.toString());
    assertThat(document.path("lost_pits").get(0).path("problem").asText()).isEqualTo("DAMAGED");
  }

  @Test
  void aTablesHistorySaysThatAPitIsLeftOut() {
    damage(manifest(SECOND), "empty");

    Run run = bcn("list", "--table", "sales.orders");

    assertThat(run.exitCode()).isEqualTo(24);
    assertThat(run.out())
        .contains(FIRST + "  sales.orders", "PIT %s is lost: what it had is".formatted(SECOND));
  }

  @Test
  void oneThatIsGoneIsMissedByItsChild() {
    storage.delete(manifest(SECOND));

    assertThat(bcn("describe").exitCode()).isEqualTo(24);
    assertThat(bcn("describe").out())
        .contains("Lost        PIT %s: Cannot read".formatted(SECOND), "it is missing");
    assertThat(bcn("list").exitCode()).isEqualTo(24);
    assertThat(bcn("list", "--pit", SECOND.toString()).exitCode()).isEqualTo(24);
    assertThat(bcn("list", "--pit", "2026-01-02T11:00:00Z").exitCode()).isEqualTo(24);
    assertThat(bcn("list", "--pit", "2026-01-02T09:00:00Z").exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"truncated", "empty", "not JSON"})
  void oneThatIsGivenUpIsMissedNoMore(String how) {
    damage(manifest(SECOND), how);
    byte[] damaged = storage.read(manifest(SECOND)).orElseThrow();

    Run left = bcn("expire", "--keep-last", "9");
    assertThat(left.out()).contains("PIT %s is lost, and left alone".formatted(SECOND));
    Run plan = bcn("expire", "--keep-last", "9", "--lost", "--dry-run");
    assertThat(plan.out()).contains(SECOND + "  no             0  EXPIRE    lost, and given up");
    assertThat(storage.read(manifest(SECOND)).orElseThrow()).isEqualTo(damaged);

    assertThat(bcn("expire", "--keep-last", "9", "--lost").exitCode()).isZero();

    assertThat(bcn("describe").exitCode()).isZero();
    assertThat(bcn("repair").exitCode()).isZero();
    assertThat(bcn("list").out()).startsWith("PIT " + FIRST);
    assertThat(bcn("list", "--pit", SECOND.toString()).err()).contains("it was expired at");
  }

  @Test
  void theNewestThatIsGoneIsMissedByLastPit() {
    storage.replace(
        Layout.repositoryManifest(),
        Documents.write(Repository.open(storage).manifest().withLastPit(THIRD, Optional.empty())));
    assertThat(bcn("list").exitCode()).isZero();

    storage.delete(manifest(THIRD));

    assertThat(bcn("list").err())
        .contains("PIT %s is lost".formatted(THIRD), "--pit %s; it holds".formatted(SECOND));
  }

  @Test
  void theLastOneThatWasChangedAndStillIsAManifestIsLost() {
    byte[] good = storage.read(manifest(SECOND)).orElseThrow();
    storage.delete(manifest(THIRD));
    storage.replace(
        Layout.repositoryManifest(),
        Documents.write(
            Repository.open(storage)
                .manifest()
                .withLastPit(SECOND, Optional.of(Documents.sha256(good)))));
    assertThat(bcn("list").exitCode()).isZero();

    String changed = new String(good, UTF_8).replace("\"orders\"", "\"order5\"");
    storage.replace(manifest(SECOND), changed.getBytes(UTF_8));

    for (String pit : List.of("latest", SECOND.toString())) {
      Run run = bcn("list", "--pit", pit);
      assertThat(run.exitCode()).as(pit).isEqualTo(24);
      assertThat(run.err())
          .contains(
              "'%s/%s': its sha256 is not the one that '%s/manifest.json' has of the last PIT"
                  .formatted(temp, manifest(SECOND), temp));
    }
    assertThat(bcn("list", "--pit", FIRST.toString()).exitCode()).isZero();
    assertThat(bcn("repair").out()).contains("PIT %s is lost".formatted(SECOND));
    assertThat(bcn("list").exitCode()).as("a repair does not make it right").isEqualTo(24);

    storage.replace(manifest(SECOND), good);
    assertThat(bcn("list").exitCode()).isZero();

    storage.replace(manifest(SECOND), changed.getBytes(UTF_8));
    assertThat(bcn("expire", "--keep-last", "9", "--lost").exitCode()).isZero();
    assertThat(bcn("describe").exitCode()).isZero();
    assertThat(bcn("list").out()).startsWith("PIT " + FIRST);
  }

  @Test
  void oneOfANewerProgramIsNoDamage() {
    storage.replace(manifest(SECOND), "{\"version\":\"2\"}".getBytes(UTF_8));

    assertThat(bcn("list").exitCode()).isEqualTo(23);
    assertThat(bcn("describe").exitCode()).isEqualTo(23);
    assertThat(bcn("list", "--pit", FIRST.toString()).exitCode()).isZero();
  }

  @Test
  void aRepositoryWithoutItsManifestIsDamagedAndNotMissing() {
    storage.delete(Layout.repositoryManifest());

    Run run = bcn("describe");

    assertThat(run.exitCode()).isEqualTo(24);
    assertThat(run.err())
        .isEqualTo(
            """
            Error: Cannot read '%s/manifest.json': it is missing, and there are objects of a repository
            Hint: 'bcn repair' rebuilds it from the PITs.
            """
                .formatted(temp));
  }

  @Test
  void anAbandonedPitIsNoLostOne() {
    PitId later = PitId.parse("20260104T100000.000Z");
    storage.create(
        manifest(later), Documents.write(AbandonedPit.of(later, later.timestamp(), "run")));

    assertThat(bcn("describe").exitCode()).isZero();
    assertThat(bcn("list").exitCode()).isZero();
  }
}
