package io.bcn.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.format.PitId;
import io.bcn.format.TableState;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What {@code describe --table} prints for people. */
final class TableText {
  private TableText() {}

  static String of(TableDescription table) {
    StringBuilder text = new StringBuilder();
    line(text, "Table", table.table().toString());
    line(text, "PIT", table.pit().toString());
    line(text, "Repository", table.repository());
    line(text, "Status", table.status().name());
    line(text, "UUID", table.uuid().orElse("(none)"));
    line(text, "Format", "Iceberg version " + table.formatVersion());
    line(text, "Stored in", table.storedIn().map(PitId::toString).orElse("-"));
    line(text, "Metadata", table.metadataLocation());
    line(text, "Coverage", table.coverage());
    line(text, "Snapshots", TextTable.count(table.snapshots()));
    table.schemas().forEach(schema -> schema(text, schema, table.currentSchemaVersion()));
    text.append(SpecText.of(table));
    properties(text, table.properties());
    if (table.refs() != null && !table.refs().isEmpty()) {
      text.append("\nRefs:\n");
      table.refs().properties().forEach(ref -> text.append(ref(ref.getKey(), ref.getValue())));
    }
    text.append("\nStates:\n").append(ListText.states(table.states()));
    return text.toString();
  }

  private static void schema(StringBuilder text, TableState.SchemaVersion version, int current) {
    text.append(
        "%nSchema version %d%s:%n"
            .formatted(
                version.schemaVersion(), version.schemaVersion() == current ? " (current)" : ""));
    for (JsonNode field : version.schema().path("fields")) {
      text.append(
          "  %d: %s %s%s%n"
              .formatted(
                  field.path("id").asInt(),
                  field.path("name").asText(),
                  type(field.path("type")),
                  field.path("required").asBoolean() ? " required" : ""));
    }
  }

  /** As Iceberg writes types, with the fields of nested ones. */
  private static String type(JsonNode type) {
    return switch (type.path("type").asText()) {
      case "struct" ->
          "struct<%s>"
              .formatted(
                  StreamSupport.stream(type.path("fields").spliterator(), false)
                      .map(field -> field.path("name").asText() + ": " + type(field.path("type")))
                      .collect(Collectors.joining(", ")));
      case "list" -> "list<%s>".formatted(type(type.path("element")));
      case "map" -> "map<%s, %s>".formatted(type(type.path("key")), type(type.path("value")));
      default -> type.asText();
    };
  }

  private static String ref(String name, JsonNode ref) {
    return "  %s %s → snapshot %s%n"
        .formatted(ref.path("type").asText("ref"), name, ref.path("snapshot-id").asText("?"));
  }

  static void properties(StringBuilder text, Map<String, String> properties) {
    if (!properties.isEmpty()) {
      text.append("\nProperties:\n");
      properties.forEach((key, value) -> text.append("  %s = %s%n".formatted(key, value)));
    }
  }

  static void line(StringBuilder text, String label, String value) {
    text.append("%-11s %s%n".formatted(label, value));
  }
}
