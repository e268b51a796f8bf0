package io.bcn.table;

/**
 * What a column of a table gets from another table's rows.
 *
 * @param column the target's column; nested ones with dots
 * @param source the column that it gets its values from; empty where there is none
 * @param type the target's type, after the source's where that is another: {@code int → long}
 */
public record ColumnMatch(String column, String source, By by, String type) {

  /** How the source was found. */
  public enum By {
    /** Its field id: the same column, whatever it is called now. */
    ID,
    NAME,
    /** There is none, and every row gets the target's default. */
    DEFAULT,
    /** There is none, and every row gets null. */
    NULL
  }
}
