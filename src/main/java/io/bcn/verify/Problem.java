package io.bcn.verify;

/** What is wrong with an object. */
public enum Problem {
  MISSING("missing"),
  WRONG_SIZE("of wrong size"),
  WRONG_CHECKSUM("with wrong checksum"),
  /** The store gives its bytes no more, or they are not what they should be. */
  UNREADABLE("unreadable"),
  /** A data file has other rows than its manifest says. */
  WRONG_ROWS("with wrong rows");

  private final String words;

  Problem(String words) {
    this.words = words;
  }

  /** For people, behind a count. */
  public String words() {
    return words;
  }
}
