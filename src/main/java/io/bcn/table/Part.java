package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.format.FileKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.expressions.Expression;

/**
 * The coverage of a partial backup.
 *
 * @param text the filter
 * @param specs by partition spec id
 */
record Part(String text, Map<Integer, SpecCoverage> specs) implements Coverage {
  private static final long serialVersionUID = 1L;
  private static final String SPEC_ID = "partition-spec-id";

  /** What an Iceberg writer counts in a snapshot's summary, by the beginnings of the names. */
  private static final List<String> COUNTERS =
      List.of(
          "added-",
          "deleted-",
          "removed-",
          "total-",
          "changed-partition-count",
          "partition-summaries-included",
          "partitions.",
          "manifests-",
          "entries-processed");

  static Part of(RowFilter filter, EveryColumn columns, JsonNode specs) {
    Expression expression = filter.condition().toIceberg(columns);
    Map<Integer, SpecCoverage> byId = new HashMap<>();
    for (JsonNode spec : specs) {
      SpecCoverage coverage = SpecCoverage.of(spec, columns, expression, filter.text());
      byId.put(coverage.specId(), coverage);
    }
    return new Part(filter.text(), byId);
  }

  @Override
  public Schema listing(ManifestColumns columns) {
    return columns.forListingWithPartition();
  }

  @Override
  public Predicate<GenericRecord> entries(AvroFile manifest, ManifestColumns columns) {
    int id = manifest.header(SPEC_ID).map(Integer::valueOf).orElse(0);
    SpecCoverage spec = specs.get(id);
    if (spec == null) {
      throw columns.damage("the table has no partition spec " + id);
    }
    return spec.entries(columns);
  }

  /** Statistics speak of all rows. */
  @Override
  public boolean includes(FileKind kind) {
    return kind != FileKind.STATISTICS && kind != FileKind.PARTITION_STATISTICS;
  }

  @Override
  public boolean changes(FileKind kind) {
    return switch (kind) {
      case METADATA, METADATA_LOG, MANIFEST_LIST, MANIFEST -> true;
      case DATA,
          POSITION_DELETES,
          EQUALITY_DELETES,
          DELETION_VECTORS,
          STATISTICS,
          PARTITION_STATISTICS ->
          false;
    };
  }

  /** No count of rows that are not there stays; Iceberg does without. */
  @Override
  public void mark(ObjectNode metadata) {
    metadata.remove(List.of("statistics", "partition-statistics"));
    for (JsonNode snapshot : metadata.path("snapshots")) {
      if (snapshot.get("summary") instanceof ObjectNode summary) {
        summary
            .properties()
            .removeIf(field -> COUNTERS.stream().anyMatch(field.getKey()::startsWith));
      }
    }
    ObjectNode properties =
        metadata.get("properties") instanceof ObjectNode there
            ? there
            : metadata.putObject("properties");
    properties.put(PROPERTY, narrowed(properties.path(PROPERTY).asText(text)));
  }

  /** A part of what was a part already. */
  private String narrowed(String before) {
    return before.equals(text) ? text : "(%s) AND (%s)".formatted(before, text);
  }
}
