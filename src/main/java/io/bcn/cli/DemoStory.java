package io.bcn.cli;

import io.bcn.backup.BackupSummary;
import io.bcn.format.PitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The demo's chapters: a catalog is made, backed up twice, lost, restored twice, and compared. */
final class DemoStory {
  private final DemoStage stage;
  private final DemoCatalogs catalogs;
  private final String repository;

  DemoStory(DemoStage stage, DemoCatalogs catalogs) {
    this.stage = stage;
    this.catalogs = catalogs;
    this.repository = catalogs.folder().resolve("repository").toString();
  }

  /** A PIT, and what the source had when it was made. */
  private record BackedUp(PitId pit, DemoContents contents) {}

  /** Plays all of it, and returns how the restored PITs compare. */
  List<DemoComparison> play() throws IOException {
    introduce();
    stage.chapter("Ten tables of many kinds");
    stage.sql(DemoScript.named("demo-first.sql"));
    stage.chapter("The first backup stores everything");
    BackedUp first = backup("--catalog", DemoCatalogs.SOURCE);
    stage.chapter("Life goes on");
    stage.sql(DemoScript.named("demo-second.sql"));
    stage.chapter("The second backup stores what is new, and knows what to back up");
    BackedUp second = backup();
    look();
    lose();
    restore(List.of(first, second));
    return compare(List.of(first, second));
  }

  private void introduce() throws IOException {
    stage.say(
        "bcn demo: an Iceberg catalog is backed up twice, lost, and restored; on this machine only.",
        "Lines after $ are commands of the shell, lines that end in ; are Spark SQL: both can be typed.",
        catalogs.folder().isKept()
            ? "Everything stays in %s.".formatted(catalogs.folder())
            : "Everything is in %s, which is removed at the end; --keep DIR keeps it."
                .formatted(catalogs.folder()));
    stage.chapter("A catalog, and two empty ones for what will be restored");
    catalogs.create();
    List<String> lines = catalogs.firstLines();
    stage.shell(
        String.join("\n", lines) + "\n", "head", "-" + lines.size(), catalogs.file().toString());
    stage.say("%s are configured alike.".formatted(String.join(" and ", DemoCatalogs.TARGETS)));
  }

  private BackedUp backup(String... scope) {
    List<String> words = new ArrayList<>(List.of("backup", "--repo", repository));
    words.addAll(List.of(scope));
    BackupSummary summary =
        (BackupSummary) stage.bcnOnSpark(words.toArray(String[]::new)).document();
    return new BackedUp(
        summary.pit().orElseThrow(), DemoContents.of(stage.spark(), DemoCatalogs.SOURCE));
  }

  private void look() {
    stage.chapter("What the repository has: PITs, each a state of the whole catalog");
    stage.bcn("describe", "--repo", repository);
    stage.bcn("list", "--repo", repository);
  }

  private void lose() throws IOException {
    stage.chapter("The source is lost: its catalog and all of its files");
    Path home = catalogs.home(DemoCatalogs.SOURCE);
    Path away = home.resolveSibling(DemoCatalogs.SOURCE + "-moved-away");
    stage.shell("", "mv", home.toString(), away.toString());
    Files.move(home, away);
  }

  private void restore(List<BackedUp> backups) {
    stage.chapter("Both PITs are restored, each into a catalog and a warehouse of its own");
    for (int i = 0; i < backups.size(); i++) {
      stage.bcnOnSpark(
          "restore",
          "--repo",
          repository,
          "--pit",
          backups.get(i).pit().toString(),
          "--target-catalog",
          DemoCatalogs.TARGETS.get(i));
    }
  }

  private List<DemoComparison> compare(List<BackedUp> backups) {
    stage.chapter("Row for row");
    stage.say(
        "Schemas, and the rows of now and of every snapshot, branch and tag, against what the source had",
        "at each backup. ROWS counts all of these.");
    List<DemoComparison> comparisons = new ArrayList<>();
    for (int i = 0; i < backups.size(); i++) {
      BackedUp backup = backups.get(i);
      String target = DemoCatalogs.TARGETS.get(i);
      DemoComparison comparison =
          DemoComparison.of(
              backup.pit(), target, backup.contents(), DemoContents.of(stage.spark(), target));
      comparisons.add(comparison);
      stage.say("PIT %s in %s".formatted(backup.pit(), target), comparison.text().stripTrailing());
    }
    return comparisons;
  }
}
