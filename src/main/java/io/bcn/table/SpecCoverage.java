package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Projections;

/**
 * What a filter says of the partitions of one spec.
 *
 * @param description the spec as people know it
 * @param reason why a partition may hold both kinds of rows
 * @param fields in the order of the evaluators' struct
 * @param all true for partitions in which every row matches
 * @param some true for partitions in which a row may match
 */
record SpecCoverage(
    int specId,
    String filter,
    String description,
    String reason,
    List<PartitionValue> fields,
    boolean isUnpartitioned,
    Evaluator all,
    Evaluator some)
    implements Serializable {
  private static final int FIRST_FIELD_ID = 1000;

  static SpecCoverage of(JsonNode json, EveryColumn columns, Expression filter, String text) {
    List<PartitionValue> fields = new ArrayList<>();
    ObjectNode renamed = JsonNodeFactory.instance.objectNode();
    renamed.put("spec-id", json.path("spec-id").asInt(0));
    renamed.putArray("fields");
    Map<Integer, String> names = new TreeMap<>();
    int position = 0;
    for (JsonNode field : json.path("fields")) {
      int fieldId = field.path("field-id").asInt(FIRST_FIELD_ID + position++);
      names.put(fieldId, field.path("name").asText());
      if (columns.has(field.path("source-id").asInt())) {
        ObjectNode copy = field.deepCopy();
        renamed.withArray("fields").add(copy.put("field-id", fieldId).put("name", "p" + fieldId));
      }
    }
    PartitionSpec spec = PartitionSpecParser.fromJson(columns.flat(), renamed.toString());
    for (PartitionField field : spec.fields()) {
      fields.add(
          new PartitionValue(
              field.fieldId(),
              names.get(field.fieldId()),
              spec.partitionType().fieldType("p" + field.fieldId())));
    }
    return new SpecCoverage(
        spec.specId(),
        text,
        description(json),
        reason(spec, columns),
        fields,
        spec.isUnpartitioned(),
        new Evaluator(spec.partitionType(), Projections.strict(spec).project(filter)),
        new Evaluator(spec.partitionType(), Projections.inclusive(spec).project(filter)));
  }

  Predicate<GenericRecord> entries(ManifestColumns columns) {
    PartitionOfEntry partition = PartitionOfEntry.of(columns, fields);
    return entry -> {
      // A delete file that has no partition is about all of them.
      if (isUnpartitioned && columns.kind(columns.file(entry)) == FileKind.EQUALITY_DELETES) {
        return true;
      }
      partition.read(entry);
      if (!some.eval(partition)) {
        return false;
      }
      boolean covered = all.eval(partition);
      if (!covered && columns.isLive(entry)) {
        throw undecided(columns.liveFile(columns.file(entry)), partition);
      }
      return covered;
    };
  }

  private BcnException undecided(LiveFile file, PartitionOfEntry partition) {
    return new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot back up rows where %s: file '%s' of partition spec %d (%s), partition %s, may hold rows that match and rows that do not: %s"
            .formatted(filter, file.location(), specId, description, partition, reason),
        "Use columns that the table is partitioned by, with bounds between partitions; rewrite files of an older spec; or back up the whole table.");
  }

  private static String description(JsonNode spec) {
    List<String> fields = new ArrayList<>();
    spec.path("fields")
        .forEach(
            field ->
                fields.add(field.path("name").asText() + ": " + field.path("transform").asText()));
    return fields.isEmpty() ? "unpartitioned" : String.join(", ", fields);
  }

  private static String reason(PartitionSpec spec, EveryColumn columns) {
    String without =
        new TreeMap<>(columns.used())
            .entrySet().stream()
                .filter(
                    column ->
                        spec.getFieldsBySourceId(column.getKey()).stream()
                            .allMatch(field -> field.transform().isVoid()))
                .map(column -> "'" + column.getValue() + "'")
                .collect(Collectors.joining(", "));
    return without.isEmpty()
        ? "the filter's bounds lie within a partition"
        : "the spec has no partition field for column " + without;
  }
}
