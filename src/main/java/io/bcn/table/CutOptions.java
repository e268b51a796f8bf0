package io.bcn.table;

/**
 * How a cut is collected.
 *
 * @param threads how many tables are looked at at the same time
 * @param tries how many further looks at everything may follow the first one, at least 1
 * @param whenChanging what to do when the last two looks still differ
 * @param whenAbsent what to do when the scope's database or table is not in the catalog
 */
public record CutOptions(int threads, int tries, WhenChanging whenChanging, WhenAbsent whenAbsent) {
  static final int DEFAULT_THREADS = 8;
  private static final int DEFAULT_TRIES = 5;

  /** For a source that keeps changing. */
  public enum WhenChanging {
    /** Take the last look, each table at a state of its own moment, and record the window. */
    RECORD,
    /** Fail with SOURCE_CHANGING. */
    FAIL
  }

  /** For a scope that names what the catalog has not. */
  public enum WhenAbsent {
    /** Fail with NOT_FOUND: the name is wrong. */
    FAIL,
    /** Pin that there is nothing: it was there once, and its deletion is to be recorded. */
    RECORD
  }

  public CutOptions {
    if (threads < 1 || tries < 1) {
      throw new IllegalArgumentException(
          "a cut needs a thread and a try: " + threads + ", " + tries);
    }
  }

  public static CutOptions defaults() {
    return new CutOptions(DEFAULT_THREADS, DEFAULT_TRIES, WhenChanging.RECORD, WhenAbsent.FAIL);
  }

  public CutOptions strict() {
    return new CutOptions(threads, tries, WhenChanging.FAIL, whenAbsent);
  }

  public CutOptions recordingAbsence() {
    return new CutOptions(threads, tries, whenChanging, WhenAbsent.RECORD);
  }

  public CutOptions withThreads(int count) {
    return new CutOptions(count, tries, whenChanging, whenAbsent);
  }

  public CutOptions withTries(int count) {
    return new CutOptions(threads, count, whenChanging, whenAbsent);
  }
}
