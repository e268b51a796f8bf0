package io.bcn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console.Run;
import io.bcn.format.Documents;
import io.bcn.format.ExpiredMark;
import io.bcn.format.Layout;
import io.bcn.format.PitId;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** expire, hold and unhold; and what the other verbs say of a PIT that was expired. */
class ExpireCommandTest {
  private static final PitId FIRST = SampleRepository.FIRST;
  private static final PitId SECOND = SampleRepository.SECOND;

  @TempDir Path temp;
  private SampleRepository sample;
  private Storage storage;

  @BeforeEach
  void writeRepository() {
    sample = SampleRepository.withPits(temp);
    storage = sample.storage();
  }

  private Run bcn(String verb, String... more) {
    List<String> words = new ArrayList<>(List.of(verb, "--repo", temp.toString()));
    words.addAll(List.of(more));
    return new Console().run(words.toArray(String[]::new));
  }

  private static JsonNode json(Run run) throws IOException {
    return new ObjectMapper().readTree(run.out());
  }

  private byte[] manifest(PitId pit) {
    return storage.read(Layout.pitManifest("prod", pit)).orElseThrow();
  }

  @Test
  void whatNoRuleKeepsIsExpiredAndEachPitHasItsReasons() throws IOException {
    byte[] before = manifest(FIRST);
    Run plan = bcn("expire", "--keep-last", "1", "--dry-run");

    assertThat(plan.out())
        .contains("PITs        2 would stay, 1 would be expired\n")
        .contains("20260101T100000.123Z  yes            4  EXPIRE    no rule keeps it\n")
        .contains("KEEP      --keep-last 1 of 1; the newest complete PIT\n")
        .contains("KEEP      the newest PIT; newer than the newest complete PIT\n");
    assertThat(manifest(FIRST)).as("after a dry run").isEqualTo(before);

    Run done = bcn("expire", "--keep-last", "1", "--json");

    assertThat(done.exitCode()).isZero();
    DocumentedKeysTest.assertDocumented("expire", json(done));
    assertThat(json(done).path("expired").asInt()).isEqualTo(1);
    ExpiredMark mark = Documents.read(ExpiredMark.class, manifest(FIRST), "mark");
    assertThat(mark.manifestSha256()).isEqualTo(Documents.sha256(before));
    assertThat(mark.abandoned()).as("what an older program takes for no PIT").isTrue();
    assertThat(mark.expiredBy()).startsWith("expire-");
    assertThat(json(bcn("expire", "--keep-last", "1", "--json")).path("expired").asInt()).isZero();
  }

  @Test
  void anExpiredPitIsNotFoundAndTheMessageSaysWhy() {
    assertThat(bcn("expire", "--keep-last", "1").exitCode()).isZero();

    for (String verb : List.of("list", "describe")) {
      Run run = bcn(verb, "--pit", FIRST.toString());
      assertThat(run.exitCode()).isEqualTo(25);
      assertThat(run.err())
          .startsWith(
              "Error: Cannot find PIT '%s' in repository '%s': it was expired at 20"
                  .formatted(FIRST, temp))
          .contains("(run 'expire-")
          .endsWith("Hint: 'bcn describe --repo %s' lists the PITs.\n".formatted(temp));
    }
    assertThat(bcn("list", "--pit", "2026-01-01T11:00:00Z").err())
        .contains("no complete PIT is that old any more; 1 were expired");
    assertThat(bcn("list", "--pit", "2026-01-02T11:00:00Z").out()).startsWith("PIT " + SECOND);
  }

  @Test
  void nothingMissesAnExpiredPit() throws IOException {
    assertThat(bcn("expire", "--keep-last", "1").exitCode()).isZero();

    Run run = bcn("describe");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("Expired     1 earlier ones\n")
        .doesNotContain("The parent of", "Lost");
    JsonNode described = json(bcn("describe", "--json"));
    assertThat(described.path("expired_pits").get(0).path("pit").asText())
        .isEqualTo(FIRST.toString());
    DocumentedKeysTest.assertDocumented("describe", described);
    assertThat(bcn("list", "--pit", SECOND.toString()).exitCode()).isZero();
    assertThat(bcn("repair", "--dry-run").exitCode()).isZero();
  }

  /** The mark names the parent, so that a lost one is missed although its child is gone. */
  @Test
  void theChainGoesOnThroughAnExpiredPit() {
    PitId fourth = PitId.parse("20260104T100000.000Z");
    byte[] complete = manifest(SECOND);
    storage.create(
        Layout.pitManifest("prod", fourth),
        new String(complete, UTF_8)
            .replace("2026-01-02T10:00:00Z", "2026-01-04T10:00:00Z")
            .replace("2026-01-01T10:00:00.123Z", "2026-01-03T10:00:00Z")
            .getBytes(UTF_8));
    assertThat(bcn("hold", "--pit", FIRST.toString()).exitCode()).isZero();
    assertThat(bcn("expire", "--keep-last", "1").out()).contains("2 stay, 2 expired");
    assertThat(bcn("describe").exitCode()).isZero();

    storage.delete(Layout.pitManifest("prod", FIRST));

    assertThat(bcn("describe").out()).contains("Lost        PIT %s".formatted(FIRST));
  }

  @Test
  void aHeldPitStaysUntilItIsHeldNoMore() throws IOException {
    Run hold = bcn("hold", "--pit", FIRST.toString(), "--reason", "an audit", "--json");
    assertThat(hold.exitCode()).isZero();
    DocumentedKeysTest.assertDocumented("hold", json(hold));
    assertThat(json(hold).path("reason").asText()).isEqualTo("an audit");
    assertThat(bcn("hold", "--pit", FIRST.toString(), "--reason", "another").out())
        .contains("an audit")
        .doesNotContain("another");
    assertThat(bcn("describe").out()).contains("Held        PIT " + FIRST, ": an audit\n");

    assertThat(bcn("expire", "--keep-last", "1").out())
        .contains("3 stay, 0 expired", "KEEP      held by ", ": an audit\n");

    assertThat(bcn("unhold", "--pit", FIRST.toString()).out()).contains("is held no more");
    Run again = bcn("unhold", "--pit", FIRST.toString());
    assertThat(again.exitCode()).isEqualTo(25);
    assertThat(again.err()).contains("Cannot unhold PIT '%s'".formatted(FIRST), "nobody holds it");
    assertThat(bcn("expire", "--keep-last", "1").out()).contains("2 stay, 1 expired");
    Run tooLate = bcn("hold", "--pit", FIRST.toString());
    assertThat(tooLate.exitCode()).isEqualTo(25);
    assertThat(storage.stat(Layout.hold("prod", FIRST))).isEmpty();
  }

  @Test
  void aHoldThatCannotBeReadHolds() {
    storage.create(Layout.hold("prod", FIRST), "?".getBytes(UTF_8));

    assertThat(bcn("expire", "--keep-last", "1").out())
        .contains("3 stay, 0 expired", "hold.json can't be read");
  }

  @Test
  void aHoldMayBeMadeBesideABackupButNotBesideAnExpiry() {
    Instant later = Instant.now().plusSeconds(600);
    PitId running = PitId.parse("20260105T100000.000Z");
    sample.claim(running, later);
    assertThat(bcn("hold", "--pit", FIRST.toString()).exitCode()).isZero();
    assertThat(bcn("unhold", "--pit", FIRST.toString()).exitCode()).isZero();
    Run locked = bcn("expire", "--keep-last", "1");
    assertThat(locked.exitCode()).isEqualTo(21);
    assertThat(locked.err()).contains("run 'nightly'");

    String claim =
        new String(storage.read(Layout.inProgress("prod", running)).orElseThrow(), UTF_8);
    storage.replace(
        Layout.inProgress("prod", running), claim.replace("nightly", "expire-1").getBytes(UTF_8));
    Run refused = bcn("hold", "--pit", FIRST.toString());
    assertThat(refused.exitCode()).isEqualTo(21);
    assertThat(refused.err())
        .contains("Cannot hold PIT '" + FIRST, "run 'expire-1' is expiring PITs", "The hold stays");
    assertThat(storage.stat(Layout.hold("prod", FIRST)))
        .as("another holder may rely on it")
        .isPresent();
  }

  @Test
  void aLostPitIsLeftAloneAndNamed() {
    storage.replace(Layout.pitManifest("prod", FIRST), new byte[0]);

    Run run = bcn("expire", "--keep-last", "1");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Warning     PIT %s is lost, and left alone".formatted(FIRST));
    assertThat(manifest(FIRST)).isEmpty();
  }

  @ParameterizedTest(name = "expire {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--dry-run | Cannot expire PITs: no rule says which ones stay",
        "--keep-last 0 | 0' is no number from 1 to 100000",
        "--keep-daily x | x' is no number from 1 to 100000",
        "--keep-within 3 | 3' is no length of time",
      })
  void whatCannotBeMeantIsRefused(String flags, String message) {
    Run run = bcn("expire", flags.split(" ", -1));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  @Test
  void aHoldNeedsAPitAndAReasonOfOneLine() {
    assertThat(bcn("hold").err()).contains("Cannot hold a PIT: no --pit says which one");
    assertThat(bcn("unhold").exitCode()).isEqualTo(2);
    assertThat(bcn("hold", "--pit", "latest", "--reason", "a\nb").exitCode()).isEqualTo(2);
  }
}
