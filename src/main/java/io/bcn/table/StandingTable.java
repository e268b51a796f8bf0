package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.format.TableName;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;

/**
 * A table that stands at the target, as it was when it was looked at, and that another state is to
 * take the place of.
 *
 * <p>The swap is a compare-and-swap against this look: what anybody commits in between survives.
 */
public final class StandingTable {
  /**
   * The property of a replaced table that names the metadata file which its catalog pointed at
   * before. It is written by the very commit that swaps them, so that no crash parts the two.
   */
  public static final String NOTE = "bcn.replaced-metadata";

  private static final List<String> NOT_OF_THE_STATE = List.of("metadata-log", "last-updated-ms");

  private final TargetCatalog catalog;
  private final TableName name;
  private final TableMetadata seen;
  private final int fileIo;

  StandingTable(TargetCatalog catalog, TableName name, BaseTable table, int fileIo) {
    this.catalog = catalog;
    this.name = name;
    this.seen = table.operations().current();
    this.fileIo = fileIo;
  }

  public TableName name() {
    return name;
  }

  /** Index of what writes in the table's folder into the catalog's {@link FileIos}. */
  public int fileIo() {
    return fileIo;
  }

  public String location() {
    return seen.location();
  }

  /** The metadata file that the catalog points at. */
  public String pointer() {
    return seen.metadataFileLocation();
  }

  /** Empty for a table of format version 1 without one. */
  public String uuid() {
    return Objects.toString(seen.uuid(), "");
  }

  /** What the table's {@link #NOTE} says: it was replaced before. */
  public Optional<String> note() {
    return Optional.ofNullable(seen.properties().get(NOTE));
  }

  /** Whether that is the table's own folder, however it is spelled. */
  public boolean liesAt(String folder) {
    return Place.of(location()).below(Place.of(folder)).equals(Optional.of(""));
  }

  /** Its snapshots that this extent of the stored metadata file does not have, oldest first. */
  public List<Long> snapshotsBeyond(byte[] stored, Extent extent) {
    byte[] limited = MetadataFile.parse(pointer(), stored).limitedTo(extent);
    Set<Long> kept = new HashSet<>(MetadataFile.parse(pointer(), limited).snapshotIds());
    return seen.snapshots().stream()
        .map(Snapshot::snapshotId)
        .filter(id -> !kept.contains(id))
        .toList();
  }

  /**
   * Whether the table is in the very state that the stored metadata file becomes at this target:
   * the same snapshots, refs, schemas and properties. Its history of metadata files, and the note
   * of a replacement, do not count.
   *
   * @param location the table's location then
   */
  public boolean isAt(byte[] stored, TableTarget target, String location) {
    JsonNode tree = MetadataJson.parse(pointer(), stored).deepCopy();
    ObjectNode wanted = target.relocation().apply((ObjectNode) tree);
    wanted.put("location", location);
    return comparable(parsed(wanted)).equals(comparable(seen));
  }

  private static JsonNode comparable(TableMetadata metadata) {
    byte[] json = TableMetadataParser.toJson(metadata).getBytes(StandardCharsets.UTF_8);
    ObjectNode tree = (ObjectNode) MetadataJson.parse("", json);
    tree.remove(NOT_OF_THE_STATE);
    tree.withObject("/properties").remove(NOTE);
    return tree;
  }

  static TableMetadata parsed(ObjectNode tree) {
    return TableMetadataParser.fromJson(
        new String(MetadataJson.print(tree, ""), StandardCharsets.UTF_8));
  }

  /** <i>Fails</i> with UNSUPPORTED where the catalog can't swap this table. */
  public void checkReplaceable() {
    new Swap(catalog, this).check();
  }

  /**
   * Puts the state of a metadata file in the table's place.
   *
   * <p><i>Atomicity</i>: readers see the table before or after; a catalog of type rest compares
   * just before the swap instead of with it. <i>Fails</i> with TARGET_CHANGED, and nothing was
   * done, where the table is no longer what it was when it was looked at.
   *
   * @param metadataLocation a private file, which belongs to the catalog from now on
   * @param location the table's location then
   * @return the catalog's pointer, read afresh
   */
  public String replaceBy(String metadataLocation, String location) {
    return new Swap(catalog, this).run(metadataLocation, location);
  }

  /** Whether nobody has committed to the table since the look. */
  boolean isStill(TableMetadata now) {
    // A Hadoop catalog uses the names of metadata files again when a table was dropped.
    return now.metadataFileLocation().equals(pointer())
        && Objects.equals(now.uuid(), seen.uuid())
        && now.lastUpdatedMillis() == seen.lastUpdatedMillis();
  }

  /** What a user does to get the table of this look back, as words for people. */
  public String undo() {
    return catalog.keepsTablesInItsWarehouse()
        ? HadoopVersions.undo(pointer())
        : "DROP TABLE %s; CALL %s.system.register_table(table => '%s', metadata_file => '%s')"
            .formatted(
                SqlName.of(catalog.catalog().name(), name),
                SqlName.part(catalog.catalog().name()),
                SqlName.of(name),
                pointer().replace("'", "\\'"));
  }
}
