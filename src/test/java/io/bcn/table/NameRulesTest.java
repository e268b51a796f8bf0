package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NameRulesTest {
  private static NameRules rules(String type, String... more) {
    Map<String, String> conf = new HashMap<>();
    conf.put("spark.sql.catalog.c", "org.apache.iceberg.spark.SparkCatalog");
    conf.put("spark.sql.catalog.c.type", type);
    for (int i = 0; i < more.length; i += 2) {
      conf.put("spark.sql.catalog.c." + more[i], more[i + 1]);
    }
    return NameRules.of(CatalogConfiguration.of(conf, "c"));
  }

  private static void check(NameRules rules, String... tables) {
    List<TableName> names =
        List.of(tables).stream().map(TableName::parse).map(rules::kept).toList();
    rules.check(names.stream().map(TableName::database).toList(), names);
  }

  @Test
  void hiveAndGlueKeepNamesInLowerCase() {
    assertThat(rules("hive").kept(TableName.parse("Sales.Orders")))
        .isEqualTo(TableName.parse("sales.orders"));
    assertThat(rules("glue").kept(DatabaseName.parse("Sales")))
        .isEqualTo(DatabaseName.parse("sales"));
    assertThat(rules("rest").kept(TableName.parse("Sales.Orders")))
        .isEqualTo(TableName.parse("Sales.Orders"));
  }

  @Test
  void hiveTakesOneLevelOfPlainDatabasesAndTablesInAscii() {
    assertThatCode(() -> check(rules("hive"), "Sales_1.my-orders of 2026"))
        .doesNotThrowAnyException();
    assertRefused(
        rules("hive"),
        "Cannot restore 'a.b', 'sales-eu', 'sales.bücher' into catalog 'c': it takes databases of one level, of letters, digits and _; tables in ASCII",
        "a.b.t",
        "sales-eu.t",
        "sales.bücher",
        "sales.fine");
  }

  @Test
  void glueTakesLettersDigitsAndUnderscores() {
    assertThatCode(() -> check(rules("glue"), "Sales_1.ORDERS")).doesNotThrowAnyException();
    assertRefused(
        rules("glue"),
        "Cannot restore 'sales.my-orders' into catalog 'c': it takes databases of one level; names of letters, digits and _",
        "sales.my-orders");
  }

  @Test
  void glueTakesMoreWhereItsCheckIsSwitchedOffButNoLevels() {
    NameRules unchecked = rules("glue", "glue.skip-name-validation", "true");
    assertThatCode(() -> check(unchecked, "sales-eu.my-orders")).doesNotThrowAnyException();
    assertRefused(
        unchecked,
        "Cannot restore 'a.b' into catalog 'c': it takes databases of one level",
        "a.b.t");
  }

  @Test
  void otherCatalogsTakeEveryName() {
    for (String type : List.of("rest", "jdbc", "hadoop", "nessie")) {
      assertThatCode(() -> check(rules(type), "a.B-c.`d.e`.ü")).doesNotThrowAnyException();
    }
  }

  @Test
  void ofManyNamesFiveAreShown() {
    assertRefused(
        rules("glue"),
        "Cannot restore 'd.a-1', 'd.a-2', 'd.a-3', 'd.a-4', 'd.a-5' and 1 more into catalog 'c': it takes databases of one level; names of letters, digits and _",
        "d.a-1",
        "d.a-2",
        "d.a-3",
        "d.a-4",
        "d.a-5",
        "d.a-6");
  }

  private static void assertRefused(NameRules rules, String message, String... tables) {
    assertThatThrownBy(() -> check(rules, tables))
        .isInstanceOfSatisfying(
            BcnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(e.hint()).contains("--target-database", "--exclude");
            })
        .hasMessage(message);
  }
}
