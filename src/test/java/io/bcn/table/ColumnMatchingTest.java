package io.bcn.table;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.table.ColumnMatch.By;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which column fills which, over Iceberg's schemas alone. */
class ColumnMatchingTest {
  private static final Type INT = Types.IntegerType.get();
  private static final Type LONG = Types.LongType.get();
  private static final Type TEXT = Types.StringType.get();

  @Test
  void equalSchemasMatchByIdAndReadAsThemselves() {
    Schema schema = new Schema(required(1, "id", LONG), optional(2, "name", TEXT));

    SchemaMatch match = match(schema, schema);

    assertThat(match.differences()).isEmpty();
    assertThat(match.columns())
        .containsExactly(
            new ColumnMatch("id", "id", By.ID, "long"),
            new ColumnMatch("name", "name", By.ID, "string"));
    assertThat(reading(match).sameSchema(schema)).isTrue();
  }

  @Test
  void aRenamedColumnIsFoundByItsId() {
    Schema before = new Schema(optional(1, "id", LONG), optional(2, "title", TEXT));
    Schema after = new Schema(optional(1, "id", LONG), optional(2, "heading", TEXT));

    SchemaMatch match = ColumnMatching.of(schemas(before), schemas(after, before));

    assertThat(match.differences()).isEmpty();
    assertThat(match.columns()).contains(new ColumnMatch("heading", "title", By.ID, "string"));
    assertThat(reading(match).findField("heading").fieldId()).isEqualTo(2);
  }

  @Test
  void swappedNamesDoNotSwapTheValues() {
    Schema before = new Schema(optional(1, "a", LONG), optional(2, "b", LONG));
    Schema between = new Schema(optional(1, "tmp", LONG), optional(2, "a", LONG));
    Schema after = new Schema(optional(1, "b", LONG), optional(2, "a", LONG));

    SchemaMatch match = ColumnMatching.of(schemas(before), schemas(after, between, before));

    assertThat(match.columns())
        .containsExactly(
            new ColumnMatch("b", "a", By.ID, "long"), new ColumnMatch("a", "b", By.ID, "long"));
  }

  @Test
  void equalIdsOfTablesThatWereCreatedApartMeanNothing() {
    Schema source = new Schema(optional(1, "a", LONG), optional(2, "b", LONG));
    Schema target = new Schema(optional(1, "b", LONG), optional(2, "a", LONG));

    SchemaMatch match = match(source, target);

    assertThat(match.differences()).isEmpty();
    assertThat(match.columns())
        .containsExactly(
            new ColumnMatch("b", "b", By.NAME, "long"), new ColumnMatch("a", "a", By.NAME, "long"));
    assertThat(reading(match).findField("b").fieldId()).isEqualTo(2);
  }

  @Test
  void columnsThatTwoCopiesOfATableGotApartAreTwoColumns() {
    Schema born = new Schema(optional(1, "id", LONG));
    Schema source = new Schema(optional(1, "id", LONG), optional(2, "x", LONG));
    Schema target = new Schema(optional(1, "id", LONG), optional(2, "y", LONG));

    SchemaMatch match = ColumnMatching.of(schemas(source, born), schemas(target, born));

    assertThat(match.differences()).containsExactly("the target has no column for 'x' (long)");
  }

  @Test
  void aColumnThatWasDroppedAndAddedAgainIsFoundByItsName() {
    Schema before = new Schema(optional(1, "id", LONG), optional(2, "note", TEXT));
    Schema after = new Schema(optional(1, "id", LONG), optional(3, "note", TEXT));

    SchemaMatch match = ColumnMatching.of(schemas(before), schemas(after, before));

    assertThat(match.differences()).isEmpty();
    assertThat(match.columns()).contains(new ColumnMatch("note", "note", By.NAME, "string"));
  }

  @Test
  void aNameThatAnotherColumnHasByItsIdIsNotTakenTwice() {
    Schema before = new Schema(optional(1, "a", LONG));
    Schema after = new Schema(optional(1, "old_a", LONG), optional(2, "a", LONG));

    SchemaMatch match = ColumnMatching.of(schemas(before), schemas(after, before));

    assertThat(match.differences()).isEmpty();
    assertThat(match.columns())
        .containsExactly(
            new ColumnMatch("old_a", "a", By.ID, "long"),
            new ColumnMatch("a", "", By.NULL, "long"));
  }

  @Test
  void whatThePitLacksIsNullOrTheDefault() {
    Schema source = new Schema(required(1, "id", LONG));
    Schema target =
        new Schema(
            required(1, "id", LONG),
            optional(2, "note", TEXT),
            NestedField.required("region")
                .withId(3)
                .ofType(TEXT)
                .withInitialDefault(Literal.of("old"))
                .withWriteDefault(Literal.of("new"))
                .build(),
            optional(4, "more", Types.StructType.of(required(5, "deep", LONG))));

    SchemaMatch match = match(source, target);

    assertThat(match.differences()).isEmpty();
    assertThat(match.columns())
        .contains(
            new ColumnMatch("note", "", By.NULL, "string"),
            new ColumnMatch("region", "", By.DEFAULT, "string"),
            new ColumnMatch("more", "", By.NULL, "struct"));
    NestedField region = reading(match).findField("region");
    assertThat(region.initialDefault()).hasToString("new");
    assertThat(region.fieldId()).isGreaterThanOrEqualTo(1_000_000_000);
  }

  @Test
  void everyDifferenceIsListed() {
    Schema source =
        new Schema(
            optional(1, "id", LONG),
            optional(2, "gone", TEXT),
            optional(3, "amount", Types.DecimalType.of(10, 2)),
            optional(
                4, "meta", Types.StructType.of(optional(5, "a", LONG), optional(6, "b", TEXT))),
            optional(7, "tags", Types.ListType.ofOptional(8, TEXT)));
    Schema target =
        new Schema(
            required(1, "id", LONG),
            required(9, "region", TEXT),
            optional(3, "amount", Types.DecimalType.of(8, 2)),
            optional(4, "meta", Types.StructType.of(optional(5, "a", INT))),
            optional(7, "tags", TEXT));

    assertThat(match(source, target).differences())
        .containsExactlyInAnyOrder(
            "'id' may be null, and in the target it may not",
            "the target requires 'region' (string), and the PIT has no column for it",
            "'amount' is decimal(10, 2), which can't become the target's decimal(8, 2)",
            "'meta.a' is long, which can't become the target's int",
            "the target has no column for 'meta.b' (string)",
            "'tags' is list<string>, which can't become the target's string",
            "the target has no column for 'gone' (string)");
    assertThat(match(source, target).readingSchema()).isEmpty();
  }

  @Test
  void structsListsAndMapsAreMatchedWithin() {
    Schema before =
        new Schema(
            optional(1, "s", Types.StructType.of(optional(2, "a", INT), optional(3, "b", TEXT))),
            optional(
                4, "l", Types.ListType.ofOptional(5, Types.StructType.of(optional(6, "x", INT)))),
            optional(7, "m", Types.MapType.ofOptional(8, 9, TEXT, Types.FloatType.get())));
    Schema after =
        new Schema(
            optional(7, "m", Types.MapType.ofOptional(8, 9, TEXT, Types.DoubleType.get())),
            optional(
                1,
                "s",
                Types.StructType.of(
                    optional(3, "bb", TEXT), optional(2, "a", LONG), optional(10, "c", TEXT))),
            optional(
                4,
                "l",
                Types.ListType.ofOptional(5, Types.StructType.of(optional(6, "xx", LONG)))));

    SchemaMatch match = ColumnMatching.of(schemas(before), schemas(after, before));

    assertThat(match.differences()).isEmpty();
    assertThat(match.columns())
        .contains(
            new ColumnMatch("s.bb", "s.b", By.ID, "string"),
            new ColumnMatch("s.a", "s.a", By.ID, "int → long"),
            new ColumnMatch("s.c", "", By.NULL, "string"),
            new ColumnMatch("l.element.xx", "l.element.x", By.ID, "int → long"));
    Schema reading = reading(match);
    assertThat(reading.findField("m.value").type()).isEqualTo(Types.DoubleType.get());
    assertThat(reading.findField("l.element.xx").fieldId()).isEqualTo(6);
    assertThat(reading.columns().stream().map(NestedField::name)).containsExactly("m", "s", "l");
  }

  @Test
  void elementsAndValuesThatMayBeNullDoNotFitWhereTheyMayNot() {
    Schema source =
        new Schema(
            optional(1, "l", Types.ListType.ofOptional(2, LONG)),
            optional(3, "m", Types.MapType.ofOptional(4, 5, TEXT, LONG)));
    Schema target =
        new Schema(
            optional(1, "l", Types.ListType.ofRequired(2, LONG)),
            optional(3, "m", Types.MapType.ofRequired(4, 5, TEXT, LONG)));

    assertThat(match(source, target).differences())
        .containsExactly(
            "'l.element' may be null, and in the target it may not",
            "'m.value' may be null, and in the target it may not");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int | long | true",
        "float | double | true",
        "decimal(9, 2) | decimal(18, 2) | true",
        "unknown | date | true",
        "long | int | false",
        "double | float | false",
        "int | double | false",
        "int | string | false",
        "long | double | false",
        "decimal(9, 2) | decimal(18, 3) | false",
        "decimal(18, 2) | decimal(9, 2) | false",
        "date | timestamp | false",
        "timestamp | timestamptz | false",
        "string | binary | false",
        "uuid | string | false",
      })
  void typesBecomeWhatIcebergPromotesThemTo(String from, String to, boolean fits) {
    SchemaMatch match =
        match(
            new Schema(optional(1, "c", Types.fromPrimitiveString(from))),
            new Schema(optional(1, "c", Types.fromPrimitiveString(to))));

    assertThat(match.differences())
        .isEqualTo(
            fits
                ? List.of()
                : List.of("'c' is %s, which can't become the target's %s".formatted(from, to)));
    assertThat(match.columns())
        .containsExactly(new ColumnMatch("c", "c", By.ID, from + " → " + to));
  }

  @Test
  void aTypeThatSparkCannotWriteIsADifference() {
    Schema schema = new Schema(optional(1, "at", Types.TimeType.get()));

    assertThat(match(schema, schema).differences())
        .containsExactly("the target's column 'at' is time, which Spark can't write");
  }

  private static SchemaMatch match(Schema source, Schema target) {
    return ColumnMatching.of(schemas(source), schemas(target));
  }

  private static TableSchemas schemas(Schema current, Schema... earlier) {
    List<Schema> all = new ArrayList<>(List.of(earlier));
    all.add(current);
    return TableSchemas.of(current, all);
  }

  private static Schema reading(SchemaMatch match) {
    return SchemaParser.fromJson(match.readingSchema());
  }
}
