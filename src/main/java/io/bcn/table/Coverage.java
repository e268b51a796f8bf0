package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.format.TableState;
import io.bcn.format.TableState.SchemaVersion;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Which of a table's rows a backup holds, and so which of its files; sent to executors.
 *
 * <p>A file is in a backup or it is not, and which of the two follows from its partition alone.
 */
public sealed interface Coverage extends Serializable permits Whole, Part {
  /** Every row. */
  Coverage WHOLE = new Whole();

  /** The table property that tells a restored part of a table from the whole. */
  String PROPERTY = "bcn.coverage";

  /** Of a state that was stored. */
  static Coverage of(TableState state) {
    if (state.coverage().equals(TableState.COVERS_ALL)) {
      return WHOLE;
    }
    List<JsonNode> schemas = new ArrayList<>();
    state.schemas().stream().map(SchemaVersion::schema).forEach(schemas::add);
    return Part.of(
        RowFilter.parse(state.coverage()),
        new EveryColumn(schemas, state.schemaVersion()),
        state.partitionSpecs());
  }

  /**
   * Of a table as it is now.
   *
   * <p><i>Fails</i> with UNSUPPORTED for a table of which no part could be restored: one of format
   * version 3, which numbers its rows through all files, and an encrypted one.
   */
  static Coverage of(RowFilter filter, MetadataFile metadata) {
    if (metadata.formatVersion() > 2) {
      throw unsupported(metadata, "format version 3 numbers the rows of a table through all files");
    }
    if (metadata.encrypted()) {
      throw unsupported(metadata, "it is encrypted, and its manifests can't be rewritten");
    }
    List<JsonNode> schemas = new ArrayList<>();
    metadata.schemas().forEach(schemas::add);
    return Part.of(
        filter, new EveryColumn(schemas, metadata.currentSchemaId()), metadata.partitionSpecs());
  }

  private static BcnException unsupported(MetadataFile metadata, String reason) {
    return new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot back up a part of table '%s': %s".formatted(metadata.location(), reason),
        "Back up the whole table, into a repository of its own.");
  }

  /** {@code all}, or the filter, as a state has it. */
  String text();

  /** The part of a manifest's schema that listing its live files needs. */
  Schema listing(ManifestColumns columns);

  /**
   * Tells a manifest's covered entries from others. Fails with UNSUPPORTED on a live one that may
   * hold both.
   */
  Predicate<GenericRecord> entries(AvroFile manifest, ManifestColumns columns);

  /** Whether a backup of these rows stores files of the kind at all. */
  boolean includes(FileKind kind);

  /** Whether a restored file of the kind must say something else than the stored one. */
  boolean changes(FileKind kind);

  /** Lets a metadata file speak of the covered rows. */
  void mark(ObjectNode metadata);
}
