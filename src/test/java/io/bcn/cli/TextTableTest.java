package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.cli.TextTable.Column;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static TextTable table() {
    return new TextTable(Column.text("NAME"), Column.number("N"), Column.text("NOTE"));
  }

  @Test
  void textStandsLeftNumbersRightAndNoLineEndsInSpaces() {
    assertThat(table().row("a", "1", "x").row("größer", "1,000", "").toString())
        .isEqualTo("NAME        N  NOTE\na           1  x\ngrößer  1,000\n");
  }

  @Test
  void noRowsAreNothing() {
    assertThat(table().toString()).isEmpty();
  }

  @Test
  void aRowHasAsManyCellsAsColumns() {
    assertThatThrownBy(() -> table().row("a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 1 cells in a table of 3 columns");
  }
}
