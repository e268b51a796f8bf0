package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.cli.DemoScript.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoScriptTest {
  @Test
  void aStatementKeepsItsLinesToBePrintedAndLosesTheCommentToBeRun() {
    String sql =
        """
        -- Why.
        CREATE TABLE a (x INT)
          USING iceberg;
        DROP TABLE a;
        """;

    assertThat(DemoScript.parse(sql).parts())
        .containsExactly(
            new Part(
                "-- Why.\nCREATE TABLE a (x INT)\n  USING iceberg;\n",
                "CREATE TABLE a (x INT) USING iceberg"),
            new Part("DROP TABLE a;\n", "DROP TABLE a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo-first.sql", "demo-second.sql"})
  void theScriptsFitTheScreenAndTouchTheirCatalogOnly(String file) {
    for (Part part : DemoScript.named(file).parts()) {
      assertThat(part.text().lines()).allMatch(line -> line.length() <= 100);
      assertThat(part.statement()).contains(" shop.").doesNotContain(";", "--");
    }
  }
}
