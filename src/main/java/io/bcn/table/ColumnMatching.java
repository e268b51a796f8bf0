package io.bcn.table;

import io.bcn.table.ColumnMatch.By;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Finds for each column of a target the column of a source that fills it: by field id, then by
 * name, in structs, lists and maps as well.
 *
 * <p>The outcome is a schema and no list of casts: the target's columns under the source's field
 * ids. Iceberg's readers then do what they do for any evolved table: they promote types, fill what
 * is missing, and follow renames at any depth.
 *
 * <p><i>Source</i>: Iceberg's table spec, "Schema Evolution" and "Column Projection".
 */
final class ColumnMatching {
  /** Above any id of a real column and below Iceberg's reserved ones. */
  private static final int FIRST_MISSING_ID = 1_000_000_000;

  private final TableSchemas source;
  private final TableSchemas target;
  private final List<ColumnMatch> columns = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();
  private int nextMissingId = FIRST_MISSING_ID;

  private ColumnMatching(TableSchemas source, TableSchemas target) {
    this.source = source;
    this.target = target;
  }

  static SchemaMatch of(TableSchemas source, TableSchemas target) {
    return new ColumnMatching(source, target).run();
  }

  private SchemaMatch run() {
    target.current().columns().forEach(this::checkSparkHolds);
    Types.StructType struct = struct("", source.current().asStruct(), target.current().asStruct());
    String reading = differences.isEmpty() ? SchemaParser.toJson(new Schema(struct.fields())) : "";
    return new SchemaMatch(reading, columns, differences);
  }

  private void checkSparkHolds(NestedField column) {
    try {
      SparkSchemaUtil.convert(column.type());
    } catch (UnsupportedOperationException noSuchType) {
      differences.add(
          "the target's column '%s' is %s, which Spark can't write"
              .formatted(column.name(), column.type()));
    }
  }

  private Types.StructType struct(String prefix, Types.StructType from, Types.StructType to) {
    Map<NestedField, NestedField> sources = new HashMap<>();
    Set<NestedField> used = new HashSet<>();
    for (NestedField wanted : to.fields()) {
      NestedField sameId = from.field(wanted.fieldId());
      if (sameId != null && source.isOneColumn(wanted.fieldId(), target)) {
        sources.put(wanted, sameId);
        used.add(sameId);
      }
    }
    for (NestedField wanted : to.fields()) {
      NestedField sameName = from.field(wanted.name());
      if (!sources.containsKey(wanted) && sameName != null && used.add(sameName)) {
        sources.put(wanted, sameName);
      }
    }
    List<NestedField> fields = new ArrayList<>();
    for (NestedField wanted : to.fields()) {
      fields.add(
          sources.containsKey(wanted)
              ? matched(prefix, sources.get(wanted), wanted)
              : missing(prefix, wanted));
    }
    from.fields().stream()
        .filter(field -> !used.contains(field))
        .map(
            field ->
                "the target has no column for '%s' (%s)"
                    .formatted(prefix + field.name(), field.type()))
        .forEach(differences::add);
    return Types.StructType.of(fields);
  }

  private NestedField matched(String prefix, NestedField from, NestedField to) {
    String path = prefix + to.name();
    columns.add(
        new ColumnMatch(
            path,
            prefix + from.name(),
            source.isOneColumn(to.fieldId(), target) && from.fieldId() == to.fieldId()
                ? By.ID
                : By.NAME,
            typeText(from.type(), to.type())));
    checkNulls(path, from.isOptional(), to.isOptional());
    return Types.NestedField.builder()
        .withId(from.fieldId())
        .withName(to.name())
        .isOptional(to.isOptional())
        .ofType(type(path, from.type(), to.type()))
        // Rows that are older than the source's column have the source's value for it.
        .withInitialDefault(from.initialDefaultLiteral())
        .build();
  }

  private NestedField missing(String prefix, NestedField wanted) {
    String path = prefix + wanted.name();
    boolean hasDefault = wanted.writeDefaultLiteral() != null;
    if (wanted.isRequired() && !hasDefault) {
      differences.add(
          "the target requires '%s' (%s), and the PIT has no column for it"
              .formatted(path, wanted.type()));
    }
    columns.add(
        new ColumnMatch(
            path, "", hasDefault ? By.DEFAULT : By.NULL, typeText(wanted.type(), wanted.type())));
    return Types.NestedField.builder()
        .withId(nextMissingId++)
        .withName(wanted.name())
        .isOptional(wanted.isOptional())
        .ofType(TypeUtil.assignFreshIds(wanted.type(), () -> nextMissingId++))
        .withInitialDefault(wanted.writeDefaultLiteral())
        .build();
  }

  private Type type(String path, Type from, Type to) {
    if (from.isStructType() && to.isStructType()) {
      return struct(path + ".", from.asStructType(), to.asStructType());
    }
    if (from.isListType() && to.isListType()) {
      return list(path + ".element", from.asListType(), to.asListType());
    }
    if (from.isMapType() && to.isMapType()) {
      return map(path, from.asMapType(), to.asMapType());
    }
    if (!fits(from, to)) {
      differences.add("'%s' is %s, which can't become the target's %s".formatted(path, from, to));
    }
    return to;
  }

  private Type list(String path, Types.ListType from, Types.ListType to) {
    checkNulls(path, from.isElementOptional(), to.isElementOptional());
    Type element = type(path, from.elementType(), to.elementType());
    return to.isElementOptional()
        ? Types.ListType.ofOptional(from.elementId(), element)
        : Types.ListType.ofRequired(from.elementId(), element);
  }

  private Type map(String path, Types.MapType from, Types.MapType to) {
    checkNulls(path + ".value", from.isValueOptional(), to.isValueOptional());
    Type key = type(path + ".key", from.keyType(), to.keyType());
    Type value = type(path + ".value", from.valueType(), to.valueType());
    return to.isValueOptional()
        ? Types.MapType.ofOptional(from.keyId(), from.valueId(), key, value)
        : Types.MapType.ofRequired(from.keyId(), from.valueId(), key, value);
  }

  /**
   * What Iceberg's own readers promote, and the unknown type, whose only value is null. The table
   * spec would also let a version 3 table read dates as timestamps; Iceberg 1.12 does not.
   */
  private static boolean fits(Type from, Type to) {
    if (from.equals(to) || from.typeId() == Type.TypeID.UNKNOWN) {
      return true;
    }
    return to.isPrimitiveType() && TypeUtil.isPromotionAllowed(from, to.asPrimitiveType());
  }

  private void checkNulls(String path, boolean from, boolean to) {
    if (from && !to) {
      differences.add("'%s' may be null, and in the target it may not".formatted(path));
    }
  }

  /** Nested types by their kind: their fields have entries of their own. */
  private static String typeText(Type from, Type to) {
    String wanted = to.isPrimitiveType() ? to.toString() : kind(to);
    return from.isPrimitiveType() && !from.equals(to) ? from + " → " + wanted : wanted;
  }

  private static String kind(Type type) {
    return type.typeId().name().toLowerCase(Locale.ROOT);
  }
}
