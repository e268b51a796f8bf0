package io.bcn.table;

/**
 * How a cut is collected.
 *
 * @param threads how many tables are looked at at the same time
 * @param tries how many further looks at everything may follow the first one, at least 1
 * @param whenChanging what to do when the last two looks still differ
 */
public record CutOptions(int threads, int tries, WhenChanging whenChanging) {
  static final int DEFAULT_THREADS = 8;
  private static final int DEFAULT_TRIES = 5;

  /** For a source that keeps changing. */
  public enum WhenChanging {
    /** Take the last look, each table at a state of its own moment, and record the window. */
    RECORD,
    /** Fail with SOURCE_CHANGING. */
    FAIL
  }

  public CutOptions {
    if (threads < 1 || tries < 1) {
      throw new IllegalArgumentException(
          "a cut needs a thread and a try: " + threads + ", " + tries);
    }
  }

  public static CutOptions defaults() {
    return new CutOptions(DEFAULT_THREADS, DEFAULT_TRIES, WhenChanging.RECORD);
  }

  public CutOptions strict() {
    return new CutOptions(threads, tries, WhenChanging.FAIL);
  }

  public CutOptions withThreads(int count) {
    return new CutOptions(count, tries, whenChanging);
  }

  public CutOptions withTries(int count) {
    return new CutOptions(threads, count, whenChanging);
  }
}
