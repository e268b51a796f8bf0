package io.bcn.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.format.PitId;
import java.time.Instant;

/** What {@code describe --table} prints for people of a view. */
final class ViewText {
  private ViewText() {}

  static String of(ViewDescription view) {
    StringBuilder text = new StringBuilder();
    TableText.line(text, "View", view.table().toString());
    TableText.line(text, "PIT", view.pit().toString());
    TableText.line(text, "Repository", view.repository());
    TableText.line(text, "Status", view.status().name());
    TableText.line(text, "UUID", view.uuid().orElse("(none)"));
    TableText.line(text, "Format", "Iceberg view version " + view.formatVersion());
    TableText.line(text, "Stored in", view.storedIn().map(PitId::toString).orElse("-"));
    TableText.line(text, "Metadata", view.metadataLocation());
    view.versions().forEach(version -> version(text, version, view.currentVersion()));
    TableText.properties(text, view.properties());
    text.append("\nStates:\n").append(ListText.states(view.states()));
    return text.toString();
  }

  private static void version(StringBuilder text, JsonNode version, int current) {
    int id = version.path("version-id").asInt();
    text.append(
        "%nVersion %d%s, %s UTC:%n"
            .formatted(
                id,
                id == current ? " (current)" : "",
                UtcTime.text(Instant.ofEpochMilli(version.path("timestamp-ms").asLong()))));
    for (JsonNode representation : version.path("representations")) {
      text.append(
          "  %s: %s%n"
              .formatted(
                  representation.path("dialect").asText("sql"),
                  representation.path("sql").asText().strip().replace("\n", "\n    ")));
    }
  }
}
