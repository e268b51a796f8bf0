package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Which tables a kind of catalog can hold, by what their states say. */
record FormatCheck(String catalog, String kind) {
  /**
   * Types that Hive's metastore has no word for: Iceberg tells it every column of the current
   * schema ({@code HiveSchemaUtil}, which throws on these).
   */
  private static final Set<String> UNKNOWN_TO_HIVE =
      Set.of("timestamp_ns", "timestamptz_ns", "variant", "geometry", "geography");

  void check(TableName name, TableState state) {
    if (state.formatVersion() > MetadataFile.NEWEST_FORMAT_VERSION) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot restore table '%s': its format version is %d, and this version of BCN knows up to %d"
              .formatted(name, state.formatVersion(), MetadataFile.NEWEST_FORMAT_VERSION),
          "Use a newer version of BCN, or leave the table out with --exclude.");
    }
    if (kind.equals("hive")) {
      checkHive(name, state);
    }
  }

  private void checkHive(TableName name, TableState state) {
    String unknown =
        state.schemas().stream()
            .filter(version -> version.schemaVersion() == state.schemaVersion())
            .flatMap(version -> fields(version.schema()))
            .filter(field -> types(field.path("type")).anyMatch(UNKNOWN_TO_HIVE::contains))
            .map(field -> "'%s'".formatted(field.path("name").asText()))
            .collect(Collectors.joining(", "));
    if (!unknown.isEmpty()) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot restore table '%s': catalog '%s' is a Hive metastore, which can't hold the types of %s"
              .formatted(name, catalog, unknown),
          "Restore it into a catalog of another type, or leave it out with --exclude.");
    }
  }

  /** The primitive types in a type, without their parameters. */
  private static Stream<String> types(JsonNode type) {
    if (type.isTextual()) {
      return Stream.of(type.asText().replaceFirst("\\(.*", ""));
    }
    Stream<JsonNode> parts = Stream.of("element", "key", "value").map(type::path);
    return Stream.concat(parts, fields(type).map(field -> field.path("type")))
        .filter(part -> !part.isMissingNode())
        .flatMap(FormatCheck::types);
  }

  private static Stream<JsonNode> fields(JsonNode struct) {
    return StreamSupport.stream(struct.path("fields").spliterator(), false);
  }
}
