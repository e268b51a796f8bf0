package io.bcn.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One exact state of a table, stored by the PIT in which the table changed. Immutable.
 *
 * @param metadataLocation the source's metadata file, raw
 * @param metadata where its bytes are stored
 * @param roots the folders under which the table says that its files lie, its own location first
 * @param schemas every schema, each with its {@code schema_version}, which is Iceberg's schema id
 * @param specVersion id of the partition spec that new files are written with; absent in states of
 *     older programs
 * @param refs branches and tags as the metadata file has them
 * @param coverage {@code all}, or the filter of a partial backup
 * @param inventories what the state draws on, oldest first: a location's newest row counts
 * @param missingMetadataLog earlier metadata files that the source's log names and that were gone
 */
public record TableState(
    String version,
    DatabaseName database,
    String name,
    Optional<String> uuid,
    String metadataLocation,
    ObjectRef metadata,
    long lastUpdatedMs,
    int formatVersion,
    List<String> roots,
    int schemaVersion,
    List<SchemaVersion> schemas,
    Optional<Integer> specVersion,
    JsonNode partitionSpecs,
    JsonNode sortOrders,
    Map<String, String> properties,
    JsonNode refs,
    long snapshots,
    String coverage,
    List<InventoryRef> inventories,
    List<String> missingMetadataLog) {
  /** The coverage of a state that holds every row. */
  public static final String COVERS_ALL = "all";

  public TableState {
    Documents.required(version, "version");
    Documents.required(database, "database");
    Names.check("table", Documents.required(name, "name"));
    Documents.required(metadataLocation, "metadata_location");
    Documents.required(metadata, "metadata");
    uuid = uuid == null ? Optional.empty() : uuid;
    roots = List.copyOf(Documents.required(roots, "roots"));
    schemas = Sorted.list(schemas, Comparator.comparingInt(SchemaVersion::schemaVersion));
    specVersion = specVersion == null ? Optional.empty() : specVersion;
    partitionSpecs = Sorted.json(partitionSpecs);
    sortOrders = Sorted.json(sortOrders);
    refs = Sorted.json(refs);
    properties = Sorted.map(properties);
    coverage = coverage == null ? COVERS_ALL : coverage;
    inventories = List.copyOf(Documents.required(inventories, "inventories"));
    missingMetadataLog = Sorted.list(missingMetadataLog, Comparator.naturalOrder());
  }

  /** One schema of the table, as its metadata file has it. */
  public record SchemaVersion(int schemaVersion, JsonNode schema) {
    public SchemaVersion {
      schema = Sorted.json(Documents.required(schema, "schema"));
    }

    /** The versions in a metadata file's {@code schemas}. */
    public static List<SchemaVersion> all(JsonNode schemas) {
      List<SchemaVersion> versions = new ArrayList<>();
      schemas.forEach(
          schema -> versions.add(new SchemaVersion(schema.path("schema-id").asInt(0), schema)));
      return versions;
    }
  }
}
