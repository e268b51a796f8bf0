package io.bcn.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearNamesTest {
  @ParameterizedTest(name = "{0} for {1}")
  @CsvSource({
    "order, orders",
    "orderss, orders",
    "ordets, orders",
    "slaes, sales",
    "ORDERS, orders",
    "hr.peolpe, hr.people",
    "lst, list",
    "prod.sales.orders, sales.orders",
    "prod.sales, sales",
  })
  void aSlipOfTheHandIsNear(String given, String meant) {
    assertThat(NearNames.question(given, List.of("something else", meant)))
        .contains("Did you mean '%s'?".formatted(meant));
  }

  @ParameterizedTest(name = "{0} for {1}")
  @CsvSource({"a, b", "orders, people", "web, lab"})
  void anotherNameIsNotNear(String given, String other) {
    assertThat(NearNames.question(given, List.of(other))).isEmpty();
  }

  @Test
  void theNearestAreNamedAndNeverMany() {
    assertThat(NearNames.question("orderz", List.of("orders", "ordeers")))
        .contains("Did you mean 'orders'?");
    assertThat(
            NearNames.question(
                "table_1", List.of("table_5", "table_4", "table_13", "table_3", "table_12")))
        .contains("Did you mean 'table_12', 'table_13', 'table_3'?");
    assertThat(NearNames.question("x", List.of())).isEmpty();
  }
}
