package io.bcn.cli;

/** The flags that more than one verb has. */
final class CommonFlags {
  static final Flag REPO =
      Flag.one(
          "repo",
          "LOCATION",
          "The repository: a folder, hdfs://<name node>/<path> or s3://<bucket>/<path>.");
  static final Flag PIT =
      Flag.one(
          "pit",
          "PIT",
          "An id as 'bcn describe' prints it, an ISO-8601 instant (the newest complete PIT at or"
              + " before it), or latest (the default: the newest complete PIT).");
  static final Flag DRY_RUN =
      Flag.toggle(
          "dry-run", "Print what would be done; write nothing to the repository or a catalog.");
  static final Flag QUIET = Flag.toggle("quiet", "No progress on stderr.");

  static final Flag JSON =
      Flag.toggle("json", "Print the result, or the error, as one JSON document.");
  static final Flag RESULT_FILE =
      Flag.one("result-file", "URI", "Write that JSON document to a file too, on any storage.");
  static final Flag CONFIG =
      Flag.one("config", "FILE", "Read flags from a properties file: repo=…, dry-run=true.");
  static final Flag HELP = Flag.toggle("help", "Print this help.").onlyOnTheCommandLine();

  /** What every verb has. */
  static final Usage.Group GROUP = Usage.Group.of("Every verb", JSON, RESULT_FILE, CONFIG, HELP);

  private CommonFlags() {}
}
