package io.bcn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tree: readable for plain names, safe for any. */
class LayoutTest {
  private static final TableName TABLE = TableName.parse("db1.table1");
  private static final ObjectKey DELTA =
      Layout.tablePit("prod", TABLE, Samples.SECOND, TablePart.DELTA);
  private static final int LONGEST_ON_FILE_SYSTEMS = 255;
  private static final int LONGEST_ON_S3 = 1024;

  @Test
  void plainNamesGiveTheTreeOfTheSpecification() {
    DatabaseName database = TABLE.database();
    PitId pit = Samples.SECOND;

    assertThat(
            List.of(
                Layout.repositoryManifest(),
                Layout.catalogMetadata("prod"),
                Layout.deletedDatabases("prod"),
                Layout.databaseMetadata("prod", database),
                Layout.deletedTables("prod", database),
                Layout.tableManifest("prod", TABLE),
                Layout.tablePit("prod", TABLE, pit, TablePart.SNAPSHOT),
                DELTA,
                Layout.tableState(DELTA),
                Layout.inventory(DELTA),
                Layout.pitManifest("prod", pit),
                Layout.inProgress("prod", pit)))
        .map(ObjectKey::value)
        .containsExactly(
            "manifest.json",
            "catalogs/prod/catalog_metadata.json",
            "catalogs/prod/databases/.deleted_databases.json",
            "catalogs/prod/databases/db1/database_metadata.json",
            "catalogs/prod/databases/db1/.deleted_tables.json",
            "catalogs/prod/databases/db1/table1/table_manifest.json",
            "catalogs/prod/databases/db1/table1/snapshots/20251017T100000.123Z",
            "catalogs/prod/databases/db1/table1/deltas/20251017T100000.123Z",
            "catalogs/prod/databases/db1/table1/deltas/20251017T100000.123Z/table_state.json",
            "catalogs/prod/databases/db1/table1/deltas/20251017T100000.123Z/inventory",
            "catalogs/prod/pit_manifests/20251017T100000.123Z/manifest.json",
            "catalogs/prod/pit_manifests/20251017T100000.123Z/.in_progress");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "db1.order_items-2    | db1/order_items-2",
        "a.b.t                | a.b/t",
        "`a.b`.t              | a%2Eb/t",
        "db1.`.`              | db1/%2E",
        "db1.`..`             | db1/%2E%2E",
        "db1.`.deleted_tables.json` | db1/%2Edeleted_tables%2Ejson",
        "db1.a/b              | db1/a%2Fb",
        "db1.a b              | db1/a%20b",
        "db1.größe            | db1/gr%C3%B6%C3%9Fe",
        "db1.100%             | db1/100%25",
        "db1.a~b              | db1/a%7Eb",
        "db1.Orders           | db1/Orders~b7e8acdd522e6190",
      })
  void aNamesFolderIsReadable(String table, String folder) {
    ObjectKey key = Layout.table("prod", TableName.parse(table));

    assertThat(key).hasToString("catalogs/prod/databases/" + folder);
  }

  @Property
  void distinctTablesNeverShareAFolderEvenIfCaseIsFolded(
      @ForAll("tables") TableName one, @ForAll("tables") TableName other) {
    String first = Layout.table("prod", one).value().toLowerCase(Locale.ROOT);
    String second = Layout.table("prod", other).value().toLowerCase(Locale.ROOT);

    assertThat(first.equals(second)).isEqualTo(one.equals(other));
  }

  @Property
  void namesThatDifferInCaseOnlyNeverShareAFolder(@ForAll("parts") String name) {
    List<String> spellings =
        List.of(name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT));
    long distinct = spellings.stream().distinct().count();

    assertThat(
            spellings.stream()
                .map(Layout::catalog)
                .map(key -> key.value().toLowerCase(Locale.ROOT))
                .distinct())
        .hasSize((int) distinct);
  }

  @Property
  void aFolderHoldsOnlySafeCharactersAndIsNotTooLong(@ForAll("tables") TableName table) {
    String key = Layout.table("prod", table).value();

    assertThat(key).matches("catalogs/prod/databases/[^/]+/[^/]+");
    assertThat(key).matches("([A-Za-z0-9_./~-]|%[0-9A-F]{2})+");
    assertThat(key.split("/", -1)).doesNotContain(".", "..").allMatch(LayoutTest::fits);
  }

  @ParameterizedTest(name = "{0} times")
  @ValueSource(ints = {119, 120, 121, 1000, 100_000})
  void veryLongNamesAreCutAndStayDistinct(int length) {
    for (String piece : List.of("a", "é", "A", ".")) {
      String name = piece.repeat(length);
      DatabaseName database = new DatabaseName(List.of(name, name));
      DatabaseName deep = new DatabaseName(Collections.nCopies(100, "level"));

      String key = Layout.table("prod", new TableName(database, name + "1")).value();
      String next = Layout.table("prod", new TableName(database, name + "2")).value();

      assertThat(key).isNotEqualTo(next).matches("([A-Za-z0-9_./~-]|%[0-9A-F]{2})+");
      assertThat(key.split("/", -1)).allMatch(LayoutTest::fits);
      assertThat(Layout.database("prod", deep).name()).matches(LayoutTest::fits);
      ObjectKey pit =
          Layout.tablePit(name, new TableName(database, name), Samples.SECOND, TablePart.SNAPSHOT);
      assertThat(Layout.object(pit, "s3://b/" + name).value()).hasSizeLessThan(LONGEST_ON_S3 - 300);
    }
  }

  @Test
  void levelsAreNotMistakenForDots() {
    assertThat(
            Arrays.asList("a.b.t", "`a.b`.t", "a.`b.t`", "a.`b..t`").stream()
                .map(TableName::parse)
                .map(name -> Layout.table("prod", name)))
        .doesNotHaveDuplicates();
  }

  @Test
  void anObjectsKeyIsItsBaseNameMadeUniqueByItsLocation() {
    ObjectKey one = Layout.object(DELTA, "s3://lake/db1/t/data/day=1/00000.parquet");
    ObjectKey other = Layout.object(DELTA, "s3://lake/db1/t/data/day=2/00000.parquet");
    ObjectKey scheme = Layout.object(DELTA, "s3a://lake/db1/t/data/day=1/00000.parquet");

    assertThat(List.of(one, other, scheme)).doesNotHaveDuplicates();
    assertThat(one.value())
        .matches("\\Q" + DELTA + "\\E/objects/[0-9a-f]{2}/[0-9a-f]{24}-00000\\.parquet");
    assertThat(Layout.object(DELTA, "s3://lake/db1/t/data/day=1/00000.parquet")).isEqualTo(one);
  }

  @Property
  void anyLocationGivesASafeObjectKeyOfItsOwn(
      @ForAll("parts") String one, @ForAll("parts") String other) {
    ObjectKey first = Layout.object(DELTA, "hdfs://nn/" + one);
    ObjectKey second = Layout.object(DELTA, "hdfs://nn/" + other);

    assertThat(first.equals(second)).isEqualTo(one.equals(other));
    assertThat(first.value()).startsWith(DELTA + "/objects/").doesNotContain("//");
    assertThat(first.name()).matches("[A-Za-z0-9_.=%-]+").matches(LayoutTest::fits);
  }

  @Provide
  Arbitrary<String> parts() {
    return AnyName.part();
  }

  @Provide
  Arbitrary<TableName> tables() {
    return AnyName.table();
  }

  private static boolean fits(String folder) {
    return folder.length() <= LONGEST_ON_FILE_SYSTEMS;
  }
}
