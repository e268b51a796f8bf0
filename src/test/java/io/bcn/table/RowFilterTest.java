package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowFilterTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "  region='eu'  | region = 'eu'",
        "day>=date '2026-01-01' and Region in('eu','us') | day >= DATE'2026-01-01' AND Region IN ('eu', 'us')",
        "a = 1 OR b = 2 AND c = 3 | a = 1 OR b = 2 AND c = 3",
        "(a = 1 OR b = 2) AND c = 3 | (a = 1 OR b = 2) AND c = 3",
        "NOT (a = 1 OR b <> 'x') | a <> 1 AND b = 'x'",
        "NOT a IN (1, -2.5) | a NOT IN (1, -2.5)",
        "a NOT BETWEEN 1 AND 3 | a < 1 OR a > 3",
        "3 > a | a < 3",
        "name LIKE 'it''s%' | name LIKE 'it''s%'",
        "name not like 'x%' | name NOT LIKE 'x%'",
        "a IS NOT NULL AND NOT b IS NOT NULL | a IS NOT NULL AND b IS NULL",
        "place.city = 'x' AND `odd ``name` = TRUE | place.city = 'x' AND `odd ``name` = true",
        "date > TIMESTAMP '2026-01-01 00:00:00' | `date` > TIMESTAMP'2026-01-01 00:00:00'",
      })
  void hasOneTextHoweverItIsSpelled(String given, String text) {
    assertThat(RowFilter.parse(given).text()).isEqualTo(text);
    assertThat(RowFilter.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\" | a literal is expected at its end",
        "region = | a literal is expected at its end",
        "region = eu | a literal is expected at 'eu'",
        "day >= current_date() | a literal is expected at 'current_date()'",
        "upper(region) = 'EU' | a comparison is expected at '(region) = 'EU''",
        "(region = 'eu' | ')' is expected at its end",
        "region = 'eu' region = 'us' | AND, OR or the end is expected at 'region = 'us''",
        "region = \"eu\" | a name, a value or an operator is expected at '\"eu\"'",
        "region LIKE '%eu' | a pattern like 'abc%', with its only wildcard at its end, is expected at ''%eu''",
        "region IN (NULL) | a literal is expected at 'NULL)'",
        "region = 'eu | a name, a value or an operator is expected at ''eu'",
      })
  void whatIsNoFilterIsRefusedWithItsPlace(String given, String reason) {
    String text = given.replace("\"\"\"\"", "");

    assertThatThrownBy(() -> RowFilter.parse(text))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessage("Cannot use filter \"%s\": %s".formatted(text, reason));
  }

  @Test
  void aFilterTooLongToBeOneIsRefused() {
    assertThatThrownBy(() -> RowFilter.parse("(".repeat(5000)))
        .hasMessageEndingWith("it is longer than 4000 characters");
  }
}
