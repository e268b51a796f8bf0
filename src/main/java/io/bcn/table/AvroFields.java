package io.bcn.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/**
 * The fields of one Avro record schema, found by Iceberg's field id, or by name where a writer left
 * the ids out.
 *
 * <p><i>Fails</i> with DAMAGED, naming the file, where a field has another type than Iceberg's spec
 * gives it.
 *
 * @param thing what the file is, for messages
 */
record AvroFields(String thing, String location, Schema schema) {
  private static final String FIELD_ID = "field-id";

  /** The field's position. <i>Fails</i> with DAMAGED where the schema has none. */
  int required(int fieldId, String name, Schema.Type type) {
    return optional(fieldId, name, type)
        .orElseThrow(() -> Damage.of(thing, location, "its schema has no field " + name));
  }

  OptionalInt optional(int fieldId, String name, Schema.Type type) {
    Optional<Schema.Field> field = find(fieldId, name);
    if (field.isEmpty()) {
      return OptionalInt.empty();
    }
    Schema found = notNull(field.get().schema());
    if (found.getType() != type) {
      throw Damage.of(
          thing, location, "field %s is of type %s".formatted(name, found.getType().getName()));
    }
    return OptionalInt.of(field.get().pos());
  }

  /** The position of a field of any type. */
  OptionalInt position(int fieldId, String name) {
    return find(fieldId, name)
        .map(field -> OptionalInt.of(field.pos()))
        .orElseGet(OptionalInt::empty);
  }

  /** For what Iceberg finds by its name, too. */
  void requiredByName(String name, Schema.Type type) {
    Schema.Field field = schema.getField(name);
    if (field == null || notNull(field.schema()).getType() != type) {
      throw Damage.of(thing, location, "its schema has no field " + name);
    }
  }

  /** The fields of the record that a field of this one holds. */
  AvroFields within(int position) {
    return new AvroFields(thing, location, notNull(schema.getFields().get(position).schema()));
  }

  /** The fields of the records that an array of this record holds. */
  AvroFields withinElements(int position) {
    Schema element = notNull(within(position).schema().getElementType());
    if (element.getType() != Schema.Type.RECORD) {
      throw Damage.of(thing, location, "a map is not written as an array of pairs");
    }
    return new AvroFields(thing, location, element);
  }

  boolean isNullable(int position) {
    return schema.getFields().get(position).schema().isNullable();
  }

  /** The same record with only these fields, in its own order. */
  Schema only(Set<Integer> positions) {
    return withFields(
        schema.getFields().stream()
            .filter(field -> positions.contains(field.pos()))
            .map(field -> new Schema.Field(field, field.schema()))
            .collect(Collectors.toCollection(ArrayList::new)));
  }

  /** The same record with another schema for one field. */
  AvroFields with(int position, Schema fieldSchema) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      fields.add(new Schema.Field(field, field.pos() == position ? fieldSchema : field.schema()));
    }
    return new AvroFields(thing, location, withFields(fields));
  }

  private Schema withFields(List<Schema.Field> fields) {
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), schema.isError(), fields);
  }

  private Optional<Schema.Field> find(int fieldId, String name) {
    Optional<Schema.Field> byId =
        schema.getFields().stream()
            .filter(
                field ->
                    field.getObjectProp(FIELD_ID) instanceof Number id && id.intValue() == fieldId)
            .findFirst();
    return byId.isPresent() ? byId : Optional.ofNullable(schema.getField(name));
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
