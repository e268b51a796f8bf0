package io.bcn.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.format.DatabaseName;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewMetadataFileTest {
  private static final String UUID_THEN = "fa6506c3-7681-40c8-86dc-e36561f83385";

  @Test
  void relocatingChangesLocationsAndUuidAndNothingElse() {
    UUID uuid = UUID.randomUUID();
    LocationMapping mapping =
        new LocationMapping(
            List.of(
                new LocationMapping.Root("s3://lake/db/v", "/target/v"),
                new LocationMapping.Root("s3://meta/v", "/target/v/relocated-root-1")),
            "/target/v/relocated-external");

    byte[] bytes = file("SELECT 1").relocated(mapping, uuid, "/target/v/metadata/0.metadata.json");

    String expected =
        json("SELECT 1")
            .replace(UUID_THEN, uuid.toString())
            .replace("s3://lake/db/v\"", "/target/v\"")
            .replace("s3://meta/v", "/target/v/relocated-root-1");
    assertThat(MetadataJson.parse("actual", bytes))
        .isEqualTo(MetadataJson.parse("expected", expected.getBytes(UTF_8)));
    ViewMetadata read = ViewMetadataParser.fromJson(new String(bytes, UTF_8));
    assertThat(read.location()).isEqualTo("/target/v");
    assertThat(read.versions()).hasSize(1);
    assertThat(file("SELECT 1").propertiesThatMention(mapping)).containsExactly("note");
    assertThat(file("SELECT 1").roots()).containsExactly("s3://lake/db/v", "s3://meta/v");
  }

  @Test
  void aGzippedFileIsReadAndWritten() {
    LocationMapping same = LocationMapping.identity();
    byte[] packed =
        file("SELECT 1")
            .relocated(same, UUID.fromString(UUID_THEN), "/v/metadata/0.gz.metadata.json");

    assertThat(packed).startsWith(0x1f, 0x8b);
    assertThat(ViewMetadataFile.parse("packed", packed).uuid()).isEqualTo(UUID_THEN);
    assertThat(ViewMetadataFile.parse("packed", packed).versionCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM prod.db.t                | true",
        "select * from PROD.db.t                | true",
        "SELECT * FROM `prod`.`db`.`t`          | true",
        "SELECT * FROM [prod] . db.t            | true",
        "SELECT * FROM preprod.db.t             | false",
        "SELECT prod FROM db.t                  | false",
        "SELECT * FROM production.t             | false",
      })
  void aCatalogIsFoundInSqlOfAnyDialect(String sql, boolean found) {
    assertThat(file(sql).speaksOfCatalog("prod")).isEqualTo(found);
  }

  @Test
  void defaultsCountAsWell() {
    assertThat(file("SELECT 1").speaksOfCatalog("Hub")).isTrue();
    assertThat(file("SELECT 1").speaksOfDatabase(DatabaseName.parse("home.sub"))).isTrue();
    assertThat(file("SELECT 1").speaksOfDatabase(DatabaseName.parse("home"))).isFalse();
    assertThat(file("SELECT * FROM a.b.t").speaksOfDatabase(DatabaseName.parse("a.b"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'format-version': 1, 'location': 'x'}",
        "{'format-version': 1, 'view-uuid': 'x'}",
        "{'format-version': 'one', 'view-uuid': 'x', 'location': 'x'}"
      })
  void whatIsNoViewsMetadataIsRefused(String text) {
    assertThatThrownBy(
            () -> ViewMetadataFile.parse("s3://v.json", text.replace('\'', '"').getBytes(UTF_8)))
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith("Cannot read view metadata file 's3://v.json': it has no ");
  }

  @Test
  void anUnknownFormatVersionIsRefused() {
    String newer = json("SELECT 1").replace("\"format-version\": 1", "\"format-version\": 2");

    assertThatThrownBy(() -> ViewMetadataFile.parse("s3://v.json", newer.getBytes(UTF_8)))
        .isInstanceOf(BcnException.class)
        .hasMessageContaining("format version 2 is newer than 1");
  }

  private static ViewMetadataFile file(String sql) {
    return ViewMetadataFile.parse("s3://v.json", json(sql).getBytes(UTF_8));
  }

  private static String json(String sql) {
    return """
        {
          "view-uuid": "%s",
          "format-version": 1,
          "location": "s3://lake/db/v",
          "schemas": [{"type": "struct", "schema-id": 0, "fields": [
            {"id": 1, "name": "x", "required": false, "type": "int"}]}],
          "current-version-id": 1,
          "versions": [{
            "version-id": 1,
            "timestamp-ms": 1573518431292,
            "schema-id": 0,
            "summary": {"engine-name": "spark"},
            "default-catalog": "hub",
            "default-namespace": ["home", "sub"],
            "representations": [{"type": "sql", "sql": "%s", "dialect": "spark"}]
          }],
          "version-log": [{"timestamp-ms": 1573518431292, "version-id": 1}],
          "properties": {"write.metadata.path": "s3://meta/v", "note": "see s3://lake/db/v/x"}
        }
        """
        .formatted(UUID_THEN, sql);
  }
}
