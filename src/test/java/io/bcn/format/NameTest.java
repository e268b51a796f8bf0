package io.bcn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of databases and tables as text and back. */
class NameTest {
  @Property
  void aDatabaseNameReadsBackAsItWasPrinted(@ForAll("databases") DatabaseName name) {
    assertThat(DatabaseName.parse(name.toString())).isEqualTo(name);
  }

  @Property
  void aTableNameReadsBackAsItWasPrinted(@ForAll("tables") TableName name) {
    assertThat(TableName.parse(name.toString())).isEqualTo(name);
  }

  @Property
  void distinctNamesNeverPrintTheSame(
      @ForAll("tables") TableName one, @ForAll("tables") TableName other) {
    assertThat(one.equals(other)).isEqualTo(one.toString().equals(other.toString()));
    assertThat(one.compareTo(other) == 0).isEqualTo(one.equals(other));
  }

  @Property
  void aNameSurvivesADocument(@ForAll("databases") DatabaseName name) {
    byte[] json = Documents.write(new DatabaseMetadata("1", name, Map.of()));

    assertThat(Documents.read(DatabaseMetadata.class, json, "x").name()).isEqualTo(name);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "db1.orders            | db1     | orders",
        "a.b.c.orders          | a.b.c   | orders",
        "db1.`2024.orders`     | db1     | 2024.orders",
        "`a.b`.orders          | `a.b`   | orders",
        "db1.Sales 2024        | db1     | Sales 2024",
        "db1.`tick``tock`      | db1     | tick`tock",
        "Größe.名前            | Größe   | 名前",
        "db1.select            | db1     | select",
      })
  void aTableNameHasItsDatabaseAndItsOwnName(String text, String database, String table) {
    TableName name = TableName.parse(text);

    assertThat(name.database()).hasToString(database);
    assertThat(name.table()).isEqualTo(table);
    assertThat(name).hasToString(text);
  }

  @Test
  void needlessBackticksAreReadAndNotPrinted() {
    assertThat(TableName.parse("`db1`.`orders`")).hasToString("db1.orders");
    assertThat(DatabaseName.parse("`a``b`.c").levels()).isEqualTo(List.of("a`b", "c"));
    assertThat(TableName.parse("db1.`a.b`").quotedTable()).isEqualTo("`a.b`");
  }

  @ParameterizedTest(name = "[{0}]")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a..b       | a..b       | a part of it is empty",
        ".a         | .a         | a part of it is empty",
        "a.         | a.         | a part of it is empty",
        "`a         | `a         | a backtick is not closed",
        "a`b        | a`b        | its backticks do not enclose a whole part",
        "`a`b       | `a`b       | its backticks do not enclose a whole part",
        "a``b       | a``b       | its backticks do not enclose a whole part",
      })
  void textThatIsNoNameIsRefused(String text, String shown, String reason) {
    assertThatThrownBy(() -> DatabaseName.parse(text))
        .isInstanceOfSatisfying(BcnException.class, NameTest::assertIsUsage)
        .hasMessage("Cannot use database name '%s': %s", shown, reason);
    assertThatThrownBy(() -> TableName.parse("db1." + text))
        .isInstanceOfSatisfying(BcnException.class, NameTest::assertIsUsage)
        .hasMessageStartingWith("Cannot use table name '")
        .hasMessageEndingWith("': " + reason);
  }

  @ParameterizedTest(name = "[{0}]")
  @ValueSource(strings = {"", " ", "``"})
  void anEmptyNameIsRefused(String text) {
    assertThatThrownBy(() -> DatabaseName.parse(text))
        .isInstanceOfSatisfying(BcnException.class, NameTest::assertIsUsage)
        .hasMessage("Cannot use database name '%s': it is empty", text.replace("`", ""));
    assertThatThrownBy(() -> TableName.parse("db1." + text))
        .isInstanceOfSatisfying(BcnException.class, NameTest::assertIsUsage)
        .hasMessage("Cannot use table name 'db1.%s': a part of it is empty", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "a\nb", "\r", "tab\there", "\u007f", "\u0085x", "x\u2028y"})
  void aControlCharacterIsRefusedAndNotPrinted(String text) {
    String reason = text.isBlank() ? "it is empty" : "it holds a control character";
    assertThatThrownBy(() -> DatabaseName.parse(text))
        .isInstanceOfSatisfying(BcnException.class, NameTest::assertIsUsage)
        .hasMessage(
            "Cannot use database name '%s': %s", text.replaceAll("[\\p{Cc}\\u2028]", "?"), reason);
    assertThatThrownBy(() -> Scope.ofCatalog(text))
        .isInstanceOfSatisfying(BcnException.class, NameTest::assertIsUsage)
        .hasMessageStartingWith("Cannot use catalog name '");
  }

  @Test
  void halfOfACharacterIsRefused() {
    assertThat("\ud83d".getBytes(StandardCharsets.UTF_8)).isEqualTo(new byte[] {'?'});
    assertThatThrownBy(() -> TableName.parse("db1.x\ud83d"))
        .isInstanceOfSatisfying(BcnException.class, NameTest::assertIsUsage)
        .hasMessage("Cannot use table name 'x?': it holds half of a character");
  }

  @Test
  void aTableNameWithoutADatabaseIsRefused() {
    assertThatThrownBy(() -> TableName.parse("orders"))
        .isInstanceOfSatisfying(BcnException.class, NameTest::assertIsUsage)
        .hasMessage("Cannot use table name 'orders': it does not say which database");
  }

  @Test
  void aScopeSaysItsGranularity() {
    DatabaseName database = DatabaseName.parse("a.b");

    assertThat(Scope.ofCatalog("prod")).hasToString("CATALOG prod");
    assertThat(Scope.ofDatabase("prod", database)).hasToString("DATABASE prod.a.b");
    assertThat(Scope.ofTable("prod", new TableName(database, "c.d")))
        .hasToString("TABLE prod.a.b.`c.d`");
    assertThatThrownBy(() -> new Scope("prod", Optional.empty(), Optional.of("t")))
        .hasMessage("scope names a table without its database");
  }

  @Provide
  Arbitrary<DatabaseName> databases() {
    return AnyName.database();
  }

  @Provide
  Arbitrary<TableName> tables() {
    return AnyName.table();
  }

  private static void assertIsUsage(BcnException e) {
    assertThat(e.code()).isEqualTo(ErrorCode.USAGE);
    assertThat(e.code().exitCode()).isEqualTo(2);
    assertThat(e.hint()).isNotBlank();
    assertThat(e.getMessage()).hasLineCount(1);
  }
}
