package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.cli.Console.Run;
import io.bcn.format.InProgress;
import io.bcn.format.Layout;
import io.bcn.format.PitId;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import io.bcn.storage.FaultyStorage;
import io.bcn.storage.FaultyStorage.Fault;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnlockCommandTest {
  private static final PitId PIT = PitId.parse("20260201T115000.000Z");
  private static final Clock CLOCK = Clock.fixed(Console.NOW, ZoneOffset.UTC);

  @TempDir Path temp;
  private SampleRepository sample;

  @BeforeEach
  void writeRepository() {
    sample = SampleRepository.withPits(temp);
  }

  private Run unlock(String... more) {
    String[] words = new String[3 + more.length];
    System.arraycopy(new String[] {"unlock", "--repo", temp.toString()}, 0, words, 0, 3);
    System.arraycopy(more, 0, words, 3, more.length);
    return new Console().run(words);
  }

  @Test
  void aRepositoryWithoutAClaimIsNotLocked() {
    assertThat(unlock())
        .isEqualTo(new Run(0, "Repository '%s' is not locked.\n".formatted(temp), ""));
  }

  @Test
  void anExpiredClaimIsReleasedAndItsPitCanNeverBeCommitted() {
    sample.claim(PIT, Console.NOW.minusSeconds(1));

    Run run = unlock();

    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                "Released the claim of run 'nightly' (process 4711 on elsewhere.example.com, since"
                    + " 2026-02-01 11:50:00 UTC).\n",
                ""));
    assertThat(sample.storage().stat(Layout.inProgress("prod", PIT))).isEmpty();
    assertThat(sample.storage().stat(Layout.pitManifest("prod", PIT)))
        .as("the mark in the commit's place")
        .isPresent();
    assertThat(sample.repository().find(PIT)).isEmpty();
    assertThat(sample.repository().select("latest").pit()).isEqualTo(SampleRepository.SECOND);
  }

  @Test
  void aLiveClaimIsLeftAloneUnlessForced() {
    sample.claim(PIT, Console.NOW.plusSeconds(60));

    Run refused = unlock();

    assertThat(refused.exitCode()).isEqualTo(21);
    assertThat(refused.err())
        .isEqualTo(
            """
            Error: Cannot unlock repository '%s': run 'nightly' (process 4711 on elsewhere.example.com) holds it since 2026-02-01T11:50:00Z, until 2026-02-01T12:01:00Z
            Hint: Wait until it ends; where you know that it is dead, 'bcn unlock --force' ends its claim.
            """
                .formatted(temp));
    assertThat(sample.storage().stat(Layout.inProgress("prod", PIT))).isPresent();

    Run forced = unlock("--force", "--json");

    assertThat(forced.exitCode()).isZero();
    assertThat(forced.out()).contains("\"released\"", "\"run_id\" : \"nightly\"");
    assertThat(PitClaim.current(sample.repository(), CLOCK)).isEmpty();
  }

  @Test
  void forceIsNotTakenFromTheEnvironment() {
    sample.claim(PIT, Console.NOW.plusSeconds(60));

    Run run =
        new Console().environment("BCN_FORCE", "true").run("unlock", "--repo", temp.toString());

    assertThat(run.exitCode()).isEqualTo(21);
  }

  @Test
  void aClaimThatHadCommittedJustBeforeItDiedKeepsItsPit() {
    sample.claim(SampleRepository.SECOND, Console.NOW.minusSeconds(1));

    assertThat(unlock().exitCode()).isZero();
    assertThat(sample.repository().find(SampleRepository.SECOND)).isPresent();
  }

  @Test
  void theNextBackupCanClaimWhatWasUnlocked() {
    sample.claim(PIT, Console.NOW.plusSeconds(60));

    assertThat(unlock("--force").exitCode()).isZero();

    try (PitClaim next =
        PitClaim.acquire(sample.repository(), "next", CLOCK, Duration.ofMinutes(1))) {
      assertThat(next.pit()).isGreaterThan(PIT);
    }
  }

  @Test
  void aReleaseMayDieAtEachChangeAndTheNextOneFinishesIt() {
    for (long change : List.of(1L, 2L)) {
      for (Fault fault : List.of(Fault.BEFORE_EFFECT, Fault.AFTER_EFFECT)) {
        InProgress claim = claimOf(change, fault);
        FaultyStorage dying = FaultyStorage.failingAt(change, fault, sample.storage());
        assertThatThrownBy(() -> Claims.release(Repository.open(dying), claim, CLOCK))
            .hasMessageContaining("a test broke the storage at mutation " + change);

        assertThat(sample.repository().select("latest").pit()).isEqualTo(SampleRepository.SECOND);
        Claims.release(sample.repository(), claim, CLOCK);
        PitId pit = new PitId(claim.pitTimestamp());
        assertThat(sample.storage().stat(Layout.inProgress("prod", pit))).isEmpty();
        assertThat(sample.storage().stat(Layout.pitManifest("prod", pit))).isPresent();
        assertThat(sample.repository().find(pit)).isEmpty();
      }
    }
  }

  private InProgress claimOf(long change, Fault fault) {
    PitId pit =
        new PitId(
            PIT.timestamp().plusSeconds(10 * change + (fault == Fault.BEFORE_EFFECT ? 0 : 1)));
    sample.claim(pit, Console.NOW.minusSeconds(1));
    return Claims.of(sample.repository()).get(0);
  }
}
