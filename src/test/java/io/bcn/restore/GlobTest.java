package io.bcn.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "sales.tmp_*, sales.tmp_load, true",
    "sales.tmp_*, sales.tmp_, true",
    "sales.tmp_*, hr.tmp_load, false",
    "*tmp*, hr.tmp_load, true",
    "*, sales.orders, true",
    "sales.order?, sales.orders, true",
    "sales.order?, sales.order, false",
    "sales.[a], sales.[a], true",
    "sales.[a], sales.a, false",
    "sales.a{b, sales.a{b, true",
    "Sales.*, sales.orders, false",
    "sales.*, sales.a/b, true",
    "sales.ü*, sales.über, true",
  })
  void starAndQuestionMarkStandForTextAndAllElseForItself(
      String pattern, String table, boolean matches) {
    assertThat(new Glob(pattern).matches(TableName.parse(table))).isEqualTo(matches);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"a.b.*, true", "*.`x.y`, true", "a.*, true", "b.*, false"})
  void aNestedDatabaseIsMatchedAsItIsPrinted(String pattern, boolean matches) {
    TableName table = new TableName(new DatabaseName(List.of("a", "b")), "x.y");
    assertThat(new Glob(pattern).matches(table)).isEqualTo(matches);
  }
}
