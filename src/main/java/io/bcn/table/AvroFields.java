package io.bcn.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/**
 * Finds fields in an Avro record schema by Iceberg's field id, or by name where a writer left the
 * ids out.
 */
final class AvroFields {
  private static final String FIELD_ID = "field-id";

  private AvroFields() {}

  /** The position of the field in the record, or empty where the schema has none. */
  static OptionalInt position(Schema recordSchema, int fieldId, String name) {
    return find(recordSchema, fieldId, name)
        .map(field -> OptionalInt.of(field.pos()))
        .orElse(OptionalInt.empty());
  }

  /** The schema of the field without its null branch. */
  static Optional<Schema> schema(Schema recordSchema, int fieldId, String name) {
    return find(recordSchema, fieldId, name).map(field -> notNull(field.schema()));
  }

  static boolean isNullable(Schema recordSchema, int position) {
    return recordSchema.getFields().get(position).schema().isNullable();
  }

  /** The same record with only these fields, in its own order. */
  static Schema only(Schema recordSchema, Set<Integer> positions) {
    List<Schema.Field> fields =
        recordSchema.getFields().stream()
            .filter(field -> positions.contains(field.pos()))
            .map(field -> new Schema.Field(field, field.schema()))
            .collect(Collectors.toCollection(ArrayList::new));
    return withFields(recordSchema, fields);
  }

  /** The same record with another schema for one field. */
  static Schema with(Schema recordSchema, int position, Schema fieldSchema) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : recordSchema.getFields()) {
      fields.add(new Schema.Field(field, field.pos() == position ? fieldSchema : field.schema()));
    }
    return withFields(recordSchema, fields);
  }

  private static Schema withFields(Schema recordSchema, List<Schema.Field> fields) {
    return Schema.createRecord(
        recordSchema.getName(),
        recordSchema.getDoc(),
        recordSchema.getNamespace(),
        recordSchema.isError(),
        fields);
  }

  private static Optional<Schema.Field> find(Schema recordSchema, int fieldId, String name) {
    Optional<Schema.Field> byId =
        recordSchema.getFields().stream()
            .filter(
                field ->
                    field.getObjectProp(FIELD_ID) instanceof Number id && id.intValue() == fieldId)
            .findFirst();
    return byId.isPresent() ? byId : Optional.ofNullable(recordSchema.getField(name));
  }

  private static Schema notNull(Schema schema) {
    if (!schema.isUnion()) {
      return schema;
    }
    return schema.getTypes().stream()
        .filter(type -> type.getType() != Schema.Type.NULL)
        .findFirst()
        .orElse(schema);
  }
}
