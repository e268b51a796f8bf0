package io.bcn.cli;

import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** {@code demo}: the whole story on an embedded catalog. */
final class DemoCommand implements Command {
  private static final Flag KEEP =
      Flag.one(
              "keep",
              "DIR",
              "Play in this folder, which must be empty or absent, and leave all of it there.")
          .onlyOnTheCommandLine();

  /**
   * The JSON form.
   *
   * @param folder where it was kept
   */
  record Document(
      String schemaVersion, boolean equal, Optional<String> folder, List<DemoComparison> pits) {}

  @Override
  public Usage usage() {
    return new Usage(
        "demo",
        "Show the whole story on a catalog that it makes",
        "Makes an Iceberg catalog in a temporary folder, backs it up, changes it, backs it up again,"
            + " loses it, restores both PITs into other catalogs and compares them row for row. Each"
            + " command is printed before it runs. Needs nothing but this machine; exit code 1 where a"
            + " row differs.",
        List.of(Usage.Group.of("Where", KEEP)),
        List.of("bcn demo", "bcn demo --keep /tmp/bcn-demo"));
  }

  @Override
  public Result run(Invocation invocation) {
    Surroundings surroundings = invocation.surroundings();
    checkLocal(surroundings);
    try (DemoFolder folder = DemoFolder.open(invocation.arguments().value(KEEP))) {
      DemoCatalogs catalogs = new DemoCatalogs(folder);
      List<DemoComparison> comparisons = play(catalogs, surroundings(invocation, catalogs));
      boolean equal = comparisons.stream().allMatch(DemoComparison::equal);
      Optional<String> kept = Optional.of(folder.toString()).filter(path -> folder.isKept());
      return new Result(
          equal ? 0 : ErrorCode.FAILED.exitCode(),
          new Document("1", equal, kept, comparisons),
          DemoText.of(comparisons, folder));
    }
  }

  private static List<DemoComparison> play(DemoCatalogs catalogs, Surroundings surroundings) {
    try (SparkSessions spark = SparkSessions.open("demo", surroundings)) {
      // A session of the demo's own where there is one already: Spark never forgets a catalog.
      SparkSession session = spark.session().newSession();
      catalogs.catalogSettings().forEach(session.conf()::set);
      SparkSession.setDefaultSession(session);
      try {
        return new DemoStory(new DemoStage(session, catalogs, surroundings), catalogs).play();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        SparkSession.setDefaultSession(spark.session());
      }
    }
  }

  /** The tables are on this machine's disk, where no other executor can read them. */
  private static void checkLocal(Surroundings surroundings) {
    String master = SparkSettings.of(surroundings).getOrDefault("spark.master", "local[*]");
    if (!master.startsWith("local")) {
      throw UsageProblem.of(
          "Cannot run the demo on '%s': its tables are on this machine's disk".formatted(master),
          "Run it with --master 'local[*]'.");
    }
  }

  /**
   * What the verbs in the demo see: its catalogs, and none of the user's options, which are for
   * another repository.
   */
  private static Surroundings surroundings(Invocation invocation, DemoCatalogs catalogs) {
    Surroundings outer = invocation.surroundings();
    Map<String, String> environment = new TreeMap<>(outer.environment());
    Map<String, String> properties = new TreeMap<>(outer.properties());
    for (Command command : Commands.all().listed()) {
      for (Flag flag : command.usage().flags()) {
        environment.remove(flag.environmentVariable());
        properties.remove(flag.sparkSetting());
      }
    }
    properties.putAll(catalogs.sessionSettings());
    properties.putAll(catalogs.catalogSettings());
    // With --json, stdout has one document and nothing else.
    PrintStream play = invocation.arguments().has(CommonFlags.JSON) ? outer.err() : outer.out();
    return new Surroundings(environment, properties, play, outer.err(), outer.clock());
  }
}
