package io.bcn.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in aligned columns, two spaces apart, the header on top. */
final class TextTable {
  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /** A column's header, and on which side its values stand. */
  record Column(String header, Side side) {
    static Column text(String header) {
      return new Column(header, Side.LEFT);
    }

    static Column number(String header) {
      return new Column(header, Side.RIGHT);
    }
  }

  enum Side {
    LEFT,
    RIGHT
  }

  TextTable(Column... columns) {
    this.columns = List.of(columns);
  }

  /** Adds a row of as many cells as there are columns. */
  TextTable row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "a row of %d cells in a table of %d columns".formatted(cells.length, columns.size()));
    }
    rows.add(List.copyOf(Arrays.asList(cells)));
    return this;
  }

  /** A count for people. */
  static String count(long number) {
    return "%,d".formatted(number);
  }

  /** The table, each line ended and without spaces at its end; nothing where there are no rows. */
  @Override
  public String toString() {
    if (rows.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    line(text, columns.stream().map(Column::header).toList());
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(i == 0 ? "" : "  ").append(padded(cells.get(i), i));
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private String padded(String cell, int column) {
    String space = " ".repeat(width(column) - length(cell));
    return columns.get(column).side() == Side.LEFT ? cell + space : space + cell;
  }

  private int width(int column) {
    int header = length(columns.get(column).header());
    return Math.max(header, rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0));
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
