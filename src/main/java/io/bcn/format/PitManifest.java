package io.bcn.format;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a PIT is: created exclusively, last of all, it is the commit. Immutable, so all else can be
 * rebuilt from it.
 *
 * <p><i>Shape</i>: one entry a table, sorted by name; a few hundred bytes each. Files stand in
 * inventories.
 *
 * @param parentSha256 digest of the parent's PIT manifest: a chain in which a change shows (promise
 *     10)
 * @param complete false where a table failed: such a PIT is listed, and never chosen by {@code
 *     latest}
 * @param deletedInSource what went since the parent
 * @param deletedObjects what any ancestor had and this PIT has not, cumulative
 */
public record PitManifest(
    String version,
    Instant pitTimestamp,
    Optional<Instant> parentPit,
    Optional<String> parentSha256,
    Optional<String> runId,
    Optional<String> programVersion,
    Optional<CutWindow> cut,
    Boolean complete,
    IncludedObjects includedObjects,
    DeletedInSource deletedInSource,
    UnchangedObjects unchangedObjects,
    List<DatabaseEntry> databases,
    List<TableEntry> tables,
    List<DeletedObject> deletedObjects,
    List<SkippedObject> skippedObjects) {

  public PitManifest {
    version = version == null ? Documents.FORMAT_VERSION : version;
    Documents.required(pitTimestamp, "pit_timestamp");
    Documents.required(includedObjects, "included_objects");
    parentPit = parentPit == null ? Optional.empty() : parentPit;
    parentSha256 = parentSha256 == null ? Optional.empty() : parentSha256;
    runId = runId == null ? Optional.empty() : runId;
    programVersion = programVersion == null ? Optional.empty() : programVersion;
    cut = cut == null ? Optional.empty() : cut;
    complete = complete == null || complete;
    deletedInSource = deletedInSource == null ? DeletedInSource.NOTHING : deletedInSource;
    unchangedObjects = unchangedObjects == null ? UnchangedObjects.NOTHING : unchangedObjects;
    databases = Sorted.list(databases, Comparator.comparing(DatabaseEntry::name));
    tables = Sorted.list(tables, Comparator.comparing(TableEntry::tableName));
    deletedObjects = Sorted.list(deletedObjects, Comparator.naturalOrder());
    skippedObjects = Sorted.list(skippedObjects, Comparator.comparing(SkippedObject::name));
  }

  /** How the tables' states relate in time (promise 6). */
  public record CutWindow(CutMode mode, Instant from, Instant to) {
    public CutWindow {
      Documents.required(mode, "mode");
      Documents.required(from, "from");
      Documents.required(to, "to");
    }
  }

  /** Whether all tables' states held at one moment. */
  public enum CutMode {
    CONSISTENT,
    BEST_EFFORT
  }

  /** The names that this PIT has: databases, and tables by database. */
  public record IncludedObjects(List<DatabaseName> databases, Map<String, List<String>> tables) {
    public IncludedObjects {
      databases = Sorted.list(databases, Comparator.naturalOrder());
      Map<String, List<String>> sorted = new TreeMap<>();
      Sorted.map(tables)
          .forEach((name, list) -> sorted.put(name, Sorted.list(list, Comparator.naturalOrder())));
      tables = Sorted.map(sorted);
    }

    static IncludedObjects of(List<DatabaseEntry> databases, List<TableEntry> tables) {
      Map<String, List<String>> names = new TreeMap<>();
      for (TableEntry table : tables) {
        names
            .computeIfAbsent(table.database().toString(), any -> new ArrayList<>())
            .add(table.name());
      }
      return new IncludedObjects(databases.stream().map(DatabaseEntry::name).toList(), names);
    }
  }

  /** What the parent had and the source has no more. */
  public record DeletedInSource(List<TableName> tables, List<DatabaseName> databases) {
    static final DeletedInSource NOTHING = new DeletedInSource(List.of(), List.of());

    public DeletedInSource {
      tables = Sorted.list(tables, Comparator.naturalOrder());
      databases = Sorted.list(databases, Comparator.naturalOrder());
    }
  }

  /** Tables with the parent's very state, each with the digest of that state. */
  public record UnchangedObjects(List<TableName> tables, Map<String, String> checksums) {
    static final UnchangedObjects NOTHING = new UnchangedObjects(List.of(), Map.of());

    public UnchangedObjects {
      tables = Sorted.list(tables, Comparator.naturalOrder());
      checksums = Sorted.map(checksums);
    }

    static UnchangedObjects of(List<TableEntry> all) {
      List<TableEntry> unchanged =
          all.stream().filter(table -> table.status() == TableStatus.UNCHANGED).toList();
      Map<String, String> checksums = new TreeMap<>();
      for (TableEntry table : unchanged) {
        table
            .state()
            .ifPresent(state -> checksums.put(table.tableName().toString(), state.sha256()));
      }
      return new UnchangedObjects(
          unchanged.stream().map(TableEntry::tableName).toList(), checksums);
    }
  }

  /** A database with the properties that its catalog had for it. */
  public record DatabaseEntry(DatabaseName name, Map<String, String> properties) {
    public DatabaseEntry {
      Documents.required(name, "name");
      properties = Sorted.map(properties);
    }
  }

  /** What the scope holds and BCN does not back up, and why. */
  public record SkippedObject(TableName name, String reason) {
    public SkippedObject {
      Documents.required(name, "name");
      Documents.required(reason, "reason");
    }
  }

  /** A new PIT's manifest: what can be derived from its entries is. */
  public static PitManifest of(
      PitId pit,
      Optional<Parent> parent,
      String runId,
      String programVersion,
      CutWindow cut,
      DeletedInSource deletedInSource,
      List<DatabaseEntry> databases,
      List<TableEntry> tables,
      List<DeletedObject> deletedObjects,
      List<SkippedObject> skippedObjects) {
    return new PitManifest(
        Documents.FORMAT_VERSION,
        pit.timestamp(),
        parent.map(known -> known.pit().timestamp()),
        parent.map(Parent::sha256),
        Optional.of(runId),
        Optional.of(programVersion),
        Optional.of(cut),
        tables.stream().noneMatch(table -> table.status() == TableStatus.FAILED),
        IncludedObjects.of(databases, tables),
        deletedInSource,
        UnchangedObjects.of(tables),
        databases,
        tables,
        deletedObjects,
        skippedObjects);
  }

  /** The PIT that this one builds on, with the digest of its manifest. */
  public record Parent(PitId pit, String sha256) {}

  @JsonIgnore
  public PitId pit() {
    return new PitId(pitTimestamp);
  }

  @JsonIgnore
  public Optional<PitId> parent() {
    return parentPit.map(PitId::new);
  }

  /** The table's entry in this PIT. */
  public Optional<TableEntry> table(TableName name) {
    return tables.stream().filter(table -> table.tableName().equals(name)).findFirst();
  }
}
