package io.bcn.format;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

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
 * @param deletedObjects tables and databases that any ancestor had and this PIT has not, cumulative
 * @param views one entry a view, sorted by name; none in a PIT of a program that did not know them
 * @param deletedViews views that any ancestor had and this PIT has not, cumulative
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
    List<SkippedObject> skippedObjects,
    List<ViewEntry> views,
    List<DeletedObject> deletedViews) {

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
    views = Sorted.list(views, Comparator.comparing(ViewEntry::viewName));
    deletedViews = Sorted.list(deletedViews, Comparator.naturalOrder());
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

  /** The names that this PIT has: databases, and tables and views by database. */
  public record IncludedObjects(
      List<DatabaseName> databases,
      Map<String, List<String>> tables,
      Map<String, List<String>> views) {
    public IncludedObjects {
      databases = Sorted.list(databases, Comparator.naturalOrder());
      tables = Sorted.lists(tables);
      views = Sorted.lists(views);
    }

    static IncludedObjects of(
        List<DatabaseEntry> databases, List<TableEntry> tables, List<ViewEntry> views) {
      return new IncludedObjects(
          databases.stream().map(DatabaseEntry::name).toList(),
          byDatabase(tables, TableEntry::tableName),
          byDatabase(views, ViewEntry::viewName));
    }

    private static <T> Map<String, List<String>> byDatabase(
        List<T> objects, Function<T, TableName> name) {
      return objects.stream()
          .map(name)
          .collect(
              Collectors.groupingBy(
                  object -> object.database().toString(),
                  Collectors.mapping(TableName::table, Collectors.toList())));
    }
  }

  /** What the parent had and the source has no more. */
  public record DeletedInSource(
      List<TableName> tables, List<DatabaseName> databases, List<TableName> views) {
    static final DeletedInSource NOTHING = new DeletedInSource(List.of(), List.of());

    public DeletedInSource {
      tables = Sorted.list(tables, Comparator.naturalOrder());
      databases = Sorted.list(databases, Comparator.naturalOrder());
      views = Sorted.list(views, Comparator.naturalOrder());
    }

    /** Without views. */
    public DeletedInSource(List<TableName> tables, List<DatabaseName> databases) {
      this(tables, databases, List.of());
    }
  }

  /**
   * Tables and views with the parent's very state.
   *
   * @param checksums by name, the digest of the table's state or the view's metadata file
   */
  public record UnchangedObjects(
      List<TableName> tables, Map<String, String> checksums, List<TableName> views) {
    static final UnchangedObjects NOTHING = new UnchangedObjects(List.of(), Map.of(), List.of());

    public UnchangedObjects {
      tables = Sorted.list(tables, Comparator.naturalOrder());
      checksums = Sorted.map(checksums);
      views = Sorted.list(views, Comparator.naturalOrder());
    }

    static UnchangedObjects of(List<TableEntry> allTables, List<ViewEntry> allViews) {
      Map<String, String> checksums = new TreeMap<>();
      List<TableName> tables = new ArrayList<>();
      for (TableEntry table : allTables) {
        if (table.status() == TableStatus.UNCHANGED) {
          tables.add(table.tableName());
          checksums.put(table.tableName().toString(), table.state().orElseThrow().sha256());
        }
      }
      List<TableName> views = new ArrayList<>();
      for (ViewEntry view : allViews) {
        if (view.status() == TableStatus.UNCHANGED) {
          views.add(view.viewName());
          checksums.put(view.viewName().toString(), view.metadata().orElseThrow().sha256());
        }
      }
      return new UnchangedObjects(tables, checksums, views);
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
        IncludedObjects.of(databases, tables, List.of()),
        deletedInSource,
        UnchangedObjects.of(tables, List.of()),
        databases,
        tables,
        deletedObjects,
        skippedObjects,
        List.of(),
        List.of());
  }

  /** The same PIT with its views: incomplete, too, where one of them failed. */
  public PitManifest with(PitViews all) {
    return new PitManifest(
        version,
        pitTimestamp,
        parentPit,
        parentSha256,
        runId,
        programVersion,
        cut,
        complete && all.entries().stream().noneMatch(view -> view.status() == TableStatus.FAILED),
        IncludedObjects.of(databases, tables, all.entries()),
        new DeletedInSource(deletedInSource.tables(), deletedInSource.databases(), all.deleted()),
        UnchangedObjects.of(tables, all.entries()),
        databases,
        tables,
        deletedObjects,
        skippedObjects,
        all.entries(),
        all.deletedObjects());
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

  /** The view's entry in this PIT. */
  public Optional<ViewEntry> view(TableName name) {
    return views.stream().filter(view -> view.viewName().equals(name)).findFirst();
  }
}
