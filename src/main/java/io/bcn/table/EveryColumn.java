package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Every column that a table has had, by its field id: a column that was renamed, moved or dropped
 * is still what old partition specs were made of.
 *
 * <p>To Iceberg all of them stand in one flat schema, under names made of their ids.
 */
final class EveryColumn implements Condition.Columns {
  /** The current one first, then from the newest. */
  private final List<Schema> schemas = new ArrayList<>();

  private final Map<Integer, NestedField> byId = new HashMap<>();
  private final Map<Integer, String> used = new LinkedHashMap<>();

  EveryColumn(List<JsonNode> schemas, int currentId) {
    List<JsonNode> newestFirst = new ArrayList<>(schemas);
    newestFirst.sort(
        Comparator.comparingInt(
            schema -> id(schema) == currentId ? Integer.MIN_VALUE : -id(schema)));
    newestFirst.forEach(schema -> this.schemas.add(SchemaParser.fromJson(schema.toString())));
    for (Schema schema : this.schemas) {
      TypeUtil.indexById(schema.asStruct()).values().stream()
          .filter(field -> field.type().isPrimitiveType())
          .forEach(field -> byId.putIfAbsent(field.fieldId(), flat(field)));
    }
  }

  private static int id(JsonNode schema) {
    return schema.path("schema-id").asInt(0);
  }

  private static NestedField flat(NestedField field) {
    return NestedField.optional(field.fieldId(), "c" + field.fieldId(), field.type());
  }

  Schema flat() {
    return new Schema(List.copyOf(byId.values()));
  }

  boolean has(int fieldId) {
    return byId.containsKey(fieldId);
  }

  /** The columns that were asked for, by their ids, as the filter calls them. */
  Map<Integer, String> used() {
    return Map.copyOf(used);
  }

  @Override
  public String name(String column) {
    return field(column).name();
  }

  @Override
  public Object value(String column, FilterValue literal) {
    NestedField field = field(column);
    return literal
        .as(field.type())
        .orElseThrow(
            () ->
                unusable(
                    "column '%s' is of type %s, and %s is no value of it"
                        .formatted(column, field.type(), literal.sql())));
  }

  private NestedField field(String column) {
    NestedField field =
        schemas.stream()
            .flatMap(schema -> found(schema, column).stream())
            .map(found -> byId.get(found.fieldId()))
            .findFirst()
            .orElseThrow(() -> unusable("the table has no column '%s'".formatted(column)));
    used.put(field.fieldId(), column);
    return field;
  }

  private Optional<NestedField> found(Schema schema, String column) {
    NestedField exact = schema.findField(column);
    return Optional.ofNullable(exact == null ? schema.caseInsensitiveFindField(column) : exact)
        .filter(field -> byId.containsKey(field.fieldId()));
  }

  private static BcnException unusable(String reason) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot use the filter of the backup: " + reason,
        "Name a column of the table, and compare it with a literal of its type; a partition field has no name here, its column has.");
  }
}
