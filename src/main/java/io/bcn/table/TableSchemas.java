package io.bcn.table;

import io.bcn.format.TableState;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.types.TypeUtil;

/**
 * A table's current schema, and every name that each of its field ids has had in the schemas that
 * the table still knows.
 */
record TableSchemas(Schema current, Map<Integer, Set<String>> namesById) {

  static TableSchemas of(Schema current, Collection<Schema> all) {
    Map<Integer, Set<String>> names = new HashMap<>();
    for (Schema schema : all) {
      TypeUtil.indexById(schema.asStruct())
          .forEach(
              (id, field) -> names.computeIfAbsent(id, any -> new HashSet<>()).add(field.name()));
    }
    return new TableSchemas(current, names);
  }

  static TableSchemas of(TableState state) {
    List<Schema> all =
        state.schemas().stream()
            .map(version -> SchemaParser.fromJson(version.schema().toString()))
            .toList();
    Schema current =
        all.stream()
            .filter(schema -> schema.schemaId() == state.schemaVersion())
            .findFirst()
            .orElseThrow(
                () ->
                    Damage.of(
                        MetadataFile.THING,
                        state.metadataLocation(),
                        "it has no schema %d, its current one".formatted(state.schemaVersion())));
    return of(current, all);
  }

  /**
   * Whether an id means one column in both tables: equal numbers alone say nothing about tables
   * that were created apart, or that went on apart. They are one column if both tables have at some
   * time called it by one name.
   */
  boolean isOneColumn(int id, TableSchemas other) {
    Set<String> theirs = other.namesById.getOrDefault(id, Set.of());
    return namesById.getOrDefault(id, Set.of()).stream().anyMatch(theirs::contains);
  }
}
