package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.cli.Console;
import io.bcn.format.PitId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backups in processes of their own, killed at four moments (promises 1 and 3); at thirty-one with
 * {@code -Dbcn.full=true}.
 */
@Timeout(3600)
class KillIT {
  private static final boolean FULL = Boolean.getBoolean("bcn.full");
  private static final int ROUNDS = 6;
  private static final int SAMPLE = 3;
  private static final int LATEST_MILLIS = 1_000;

  @TempDir Path temp;

  private final long seed = Long.getLong("bcn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<PitId, Map<String, Contents>> expected = new TreeMap<>();
  private Lake source;
  private Path repository;

  @Test
  void aBackupKilledAtAnyMomentHarmsNoPitAndTheNextRunFinishesItsWork() {
    say("-Dbcn.seed=%d".formatted(seed));
    source = Lake.jdbc(temp.resolve("source"));
    repository = temp.resolve("repo");
    NoisyTables tables = NoisyTables.in(source);
    Trail firstTrail = Trail.ofNextBackup(catalogFolder());
    ChildJvm firstBackup = backup("--catalog", source.catalog());
    Duration wholeRun = timed(() -> Moment.of(Trail.Mark.COMMIT).await(firstBackup, firstTrail));
    BcnProcess.json(firstBackup);
    assertThat(noteCommitted()).as("the first PIT is there").isTrue();

    tables.change();
    for (Moment moment : moments()) {
      if (committedWhenKilledAt(moment)) {
        tables.change();
      }
    }
    // The last one certainly leaves copies behind.
    while (committedWhenKilledAt(Moment.of(Trail.Mark.INVENTORY_PART))) {
      tables.change();
    }

    Duration rerun = timed(this::assertTheRerunUsesWhatTheDeadOnesCopied);
    say("a whole run took %s, the last one %s".formatted(wholeRun, rerun));
    assertThat(rerun).as("nobody waits for a dead holder").isLessThan(wholeRun.multipliedBy(4));
    source.vanish();
    assertAbandonedPitsNeverShow();
    expected.forEach(this::assertRestorable);
  }

  /**
   * Within a second after each mark, in turns: most of a short backup is the start of Spark and its
   * planning, where nothing can go wrong.
   */
  private List<Moment> moments() {
    List<Moment> moments = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<Trail.Mark> marks = new ArrayList<>(List.of(Trail.Mark.values()));
      Collections.shuffle(marks, random);
      for (Trail.Mark mark : marks) {
        moments.add(new Moment(mark, Duration.ofMillis(random.nextInt(LATEST_MILLIS))));
      }
    }
    return FULL ? moments : moments.subList(0, SAMPLE);
  }

  /** Kills a backup; returns whether it had committed before it died. */
  private boolean committedWhenKilledAt(Moment moment) {
    Trail trail = Trail.ofNextBackup(catalogFolder());
    try (ChildJvm backup = backup()) {
      moment.await(backup, trail);
      boolean killed = backup.isAlive();
      backup.kill();
      BcnProcess.assertNoStackTrace(backup.ended().err());
      say(
          "%s: %s, its trail ends at %s"
              .formatted(moment, killed ? "killed" : "was done", trail.end()));
    }
    return noteCommitted();
  }

  private ChildJvm backup(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("backup", "--repo", repository.toString(), "--json"));
    arguments.addAll(List.of(more));
    return BcnProcess.local(source, arguments.toArray(String[]::new));
  }

  /** Checks all that shows; returns whether there is a new PIT, which then holds what is now. */
  private boolean noteCommitted() {
    List<PitId> whole = WholePits.of(Bcn.at(repository).storage());
    JsonNode description = shown("describe");
    JsonNode list = shown("list");

    List<PitId> shown = new ArrayList<>();
    for (JsonNode pit : description.path("pits")) {
      shown.add(PitId.parse(pit.path("pit").asText()));
      assertThat(pit.path("complete").asBoolean()).isTrue();
    }
    assertThat(shown).isEqualTo(whole).containsAll(expected.keySet());
    assertThat(description.hasNonNull("running_backup")).as("a dead backup runs").isFalse();
    assertThat(list.path("pit").asText()).isEqualTo(shown.get(shown.size() - 1).toString());
    shown.removeAll(expected.keySet());
    assertThat(shown).as("new PITs").hasSizeLessThan(2);
    shown.forEach(pit -> expected.put(pit, Contents.ofAll(source)));
    return !shown.isEmpty();
  }

  /** In this process: what a new one sees, and it is only looked at. */
  private JsonNode shown(String verb) {
    Console.Run run =
        new Console().clock(Clock.systemUTC()).run(verb, "--repo", repository.toString(), "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    try {
      return new ObjectMapper().readTree(run.out());
    } catch (JsonProcessingException e) {
      throw new AssertionError("stdout is not one JSON document", e);
    }
  }

  private void assertTheRerunUsesWhatTheDeadOnesCopied() {
    JsonNode last = BcnProcess.json(backup());
    long copied = last.path("copied_files").asLong();
    long added = last.path("new_files").asLong();
    say("the last run copied %d of %d files".formatted(copied, added));
    assertThat(last.path("complete").asBoolean()).isTrue();
    assertThat(copied).isLessThan(added);
    assertThat(noteCommitted()).isTrue();
  }

  private void assertAbandonedPitsNeverShow() {
    List<PitId> abandoned = new ArrayList<>(Trail.pits(catalogFolder()));
    abandoned.removeAll(expected.keySet());
    say("%d PITs, %d abandoned".formatted(expected.size(), abandoned.size()));
    assertThat(abandoned).isNotEmpty();
    Lake target = Lake.jdbc(temp.resolve("nothing"));
    for (PitId pit : abandoned) {
      assertThatThrownBy(() -> Bcn.at(repository).restoreAll(pit.toString(), target))
          .hasMessage(
              "Cannot find PIT '%s' in repository '%s': no PIT has that id", pit, repository);
    }
    assertThat(target.tables()).isEmpty();
  }

  private void assertRestorable(PitId pit, Map<String, Contents> contents) {
    Lake target = Lake.jdbc(temp.resolve("restored-" + pit));
    Bcn.at(repository).restoreAll(pit.toString(), target);
    Contents.assertEqual(Contents.ofAll(target), contents);
  }

  private Path catalogFolder() {
    return repository.resolve("catalogs").resolve(source.catalog());
  }

  private static Duration timed(Runnable action) {
    long start = System.nanoTime();
    action.run();
    return Duration.ofNanos(System.nanoTime() - start)
        .truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
  }

  private static void say(String text) {
    System.out.println("KillIT: " + text);
  }
}
