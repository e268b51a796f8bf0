package io.bcn.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A table's partition specs for people: {@code id_bucket = bucket[4](id)}. */
final class SpecText {
  private SpecText() {}

  static String of(TableDescription table) {
    Map<Integer, String> columns = new HashMap<>();
    table.schemas().forEach(schema -> names(schema.schema(), columns));
    StringBuilder text = new StringBuilder();
    for (JsonNode spec : table.partitionSpecs()) {
      int id = spec.path("spec-id").asInt();
      boolean current = table.currentSpecVersion().equals(Optional.of(id));
      text.append(
          "%nPartition spec %d%s: %s%n"
              .formatted(id, current ? " (current)" : "", fields(spec, columns)));
    }
    return text.toString();
  }

  private static String fields(JsonNode spec, Map<Integer, String> columns) {
    String fields =
        StreamSupport.stream(spec.path("fields").spliterator(), false)
            .map(
                field ->
                    "%s = %s(%s)"
                        .formatted(
                            field.path("name").asText(),
                            field.path("transform").asText(),
                            columns.getOrDefault(field.path("source-id").asInt(), "?")))
            .collect(Collectors.joining(", "));
    return fields.isEmpty() ? "unpartitioned" : fields;
  }

  /** Names by id at any depth: a partition's source may be a field of a struct. */
  private static void names(JsonNode type, Map<Integer, String> names) {
    for (JsonNode field : type.path("fields")) {
      names.put(field.path("id").asInt(), field.path("name").asText());
      names(field.path("type"), names);
    }
  }
}
