package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import io.bcn.table.Coverage;
import io.bcn.table.DriverThreads;
import io.bcn.table.Extent;
import io.bcn.table.LocationMapping;
import io.bcn.table.Placement;
import io.bcn.table.StandingTable;
import io.bcn.table.TableTarget;
import io.bcn.table.TargetCatalog;
import io.bcn.table.TargetViews;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the plan of a restore; reads the repository and the target's catalog, writes nothing. */
final class RestorePlanner {
  private static final int THREADS = 8;
  private static final String METADATA_PATH = "write.metadata.path";
  private static final String ENCRYPTION_KEY = "encryption.key-id";

  private final RestoreRequest request;
  private final Repository repository;
  private final TargetCatalog catalog;

  RestorePlanner(RestoreRequest request, Repository repository, TargetCatalog catalog) {
    this.request = request;
    this.repository = repository;
    this.catalog = catalog;
  }

  /**
   * Plans it.
   *
   * <p><i>Fails</i> with NOT_FOUND for what the PIT has not, TARGET_EXISTS for what is in the way,
   * USAGE for names that collide, UNSUPPORTED for what the target can't hold; in all cases nothing
   * was written.
   */
  RestorePlan plan(CommittedPit pit) {
    Chosen chosen = Chosen.of(repository, pit, request.selection());
    LostTables.check(repository, pit, chosen.names());
    Mapping mapping =
        new Mapping(request.target(), request.selection().databases(), catalog.nameRules());
    mapping.check(chosen.names());
    catalog
        .nameRules()
        .check(
            chosen.databases().stream().map(DatabaseEntry::name).map(mapping::of).toList(),
            chosen.names().stream().map(mapping::of).toList());
    Map<TableName, RestoreId> ids = ids(chosen, mapping);
    InTheWay there = InTheWay.of(catalog, ids);
    Others others = others(pit, chosen, mapping, ids, there);
    List<TableEntry> free =
        chosen.tables().stream()
            .filter(table -> !there.has(mapping.of(table.tableName())))
            .toList();
    List<String> notices = Collections.synchronizedList(new ArrayList<>(chosen.notices()));
    notices.addAll(mapping.notices(chosen.names()));
    notices.addAll(others.notices());
    there
        .torn()
        .keySet()
        .forEach(
            name ->
                notices.add(
                    "'%s' lacks the metadata file that an earlier run of this restore gave it: it is put back"
                        .formatted(name)));
    List<TableRestore> tables;
    try (DriverThreads threads = new DriverThreads(THREADS)) {
      tables =
          new ArrayList<>(
              threads.map(
                  free, table -> planned(table, mapping.of(table.tableName()), there, notices)));
    }
    tables.addAll(others.tables());
    ViewPlanner viewPlanner =
        new ViewPlanner(
            request,
            repository,
            catalog,
            chosen.databases().stream().map(DatabaseEntry::name).toList());
    List<ViewRestore> views =
        viewPlanner.plan(
            chosen.views().stream()
                .filter(view -> !there.has(mapping.of(view.viewName())))
                .toList(),
            request.ifExists() == RestoreRequest.IfExists.REPLACE
                ? chosen.views().stream()
                    .filter(view -> there.has(mapping.of(view.viewName())))
                    .toList()
                : List.of(),
            mapping,
            there);
    notices.addAll(viewPlanner.notices());
    List<DatabaseEntry> databases = databases(pit, chosen, mapping);
    return new RestorePlan(
        pit,
        tables,
        views,
        databases,
        databases.stream()
            .map(DatabaseEntry::name)
            .filter(catalog.catalog()::databaseExists)
            .collect(Collectors.toSet()),
        Stream.concat(others.skipped().stream(), viewPlanner.skipped().stream()).sorted().toList(),
        chosen.notInPit(),
        notices.stream().sorted().toList());
  }

  /**
   * What becomes of names that are taken.
   *
   * @param skipped nothing is done to those
   */
  private record Others(List<TableRestore> tables, List<TableName> skipped, List<String> notices) {}

  private Others others(
      CommittedPit pit,
      Chosen chosen,
      Mapping mapping,
      Map<TableName, RestoreId> ids,
      InTheWay there) {
    return switch (request.ifExists()) {
      case FAIL -> {
        Set<TableName> finished = finishedEarlier(ids, there);
        there.without(finished).refuseAll();
        yield new Others(
            List.of(),
            List.copyOf(finished),
            finished.stream()
                .map(name -> "'%s' is as an earlier run of this restore left it".formatted(name))
                .toList());
      }
      case SKIP -> new Others(List.of(), there.all(), List.of());
      case APPEND -> {
        there.refuseViewsAmong("append to", tableTargets(chosen, mapping).values());
        AppendPlanner.Appends appends =
            new AppendPlanner(pit.pit(), repository, catalog)
                .plan(standing(tableTargets(chosen, mapping), there));
        List<TableName> views =
            chosen.views().stream()
                .map(view -> mapping.of(view.viewName()))
                .filter(there::has)
                .toList();
        yield new Others(
            appends.tables(),
            Stream.concat(appends.skipped().stream(), views.stream()).toList(),
            appends.notices());
      }
      case REPLACE -> {
        there.refuseViewsAmong("replace tables in", tableTargets(chosen, mapping).values());
        there.refuseTablesAmong(
            chosen.views().stream().map(view -> mapping.of(view.viewName())).toList());
        ReplacePlanner.Replaces replaces =
            new ReplacePlanner(request, repository, catalog, this)
                .plan(standing(tableTargets(chosen, mapping), there));
        yield new Others(replaces.tables(), replaces.skipped(), replaces.notices());
      }
    };
  }

  private static Map<TableEntry, TableName> tableTargets(Chosen chosen, Mapping mapping) {
    Map<TableEntry, TableName> targets = new HashMap<>();
    chosen.tables().forEach(table -> targets.put(table, mapping.of(table.tableName())));
    return targets;
  }

  private static Map<TableEntry, TableName> standing(
      Map<TableEntry, TableName> targets, InTheWay there) {
    targets.values().removeIf(name -> !there.has(name));
    return targets;
  }

  private Map<TableName, RestoreId> ids(Chosen chosen, Mapping mapping) {
    Map<TableName, String> states = new TreeMap<>();
    chosen
        .tables()
        .forEach(
            table ->
                states.put(mapping.of(table.tableName()), table.state().orElseThrow().sha256()));
    chosen
        .views()
        .forEach(
            view ->
                states.put(mapping.of(view.viewName()), view.metadata().orElseThrow().sha256()));
    Map<TableName, RestoreId> ids = new TreeMap<>();
    states.forEach(
        (name, state) ->
            ids.put(name, RestoreId.of(request, catalog.catalog().name(), name, state)));
    return ids;
  }

  /** What another try of this restore, which died later, has registered. Sorted. */
  private Set<TableName> finishedEarlier(Map<TableName, RestoreId> ids, InTheWay there) {
    return there.all().parallelStream()
        .filter(
            name -> {
              String stem = ids.get(name).stem();
              return there.views().contains(name)
                  ? new TargetViews(catalog).isAsRegistered(name, stem)
                  : catalog.isAsRegistered(name, stem);
            })
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Those that were chosen, and where they keep their names those above them too, parents first.
   */
  private List<DatabaseEntry> databases(CommittedPit pit, Chosen chosen, Mapping mapping) {
    Map<DatabaseName, DatabaseEntry> databases = new TreeMap<>();
    for (DatabaseEntry database : chosen.databases()) {
      DatabaseName name = mapping.of(database.name());
      databases.putIfAbsent(name, new DatabaseEntry(name, database.properties()));
      if (name.equals(database.name())) {
        pit.manifest().databases().stream()
            .filter(above -> name.isBelow(above.name()))
            .forEach(above -> databases.putIfAbsent(above.name(), above));
      }
    }
    return List.copyOf(databases.values());
  }

  private TableRestore planned(
      TableEntry table, TableName name, InTheWay there, List<String> notices) {
    TableState state = repository.state(table.state().orElseThrow());
    catalog.checkHolds(name, state);
    RestoreId id =
        RestoreId.of(request, catalog.catalog().name(), name, table.state().orElseThrow().sha256());
    Placement placement =
        Optional.ofNullable(there.torn().get(name)).orElseGet(() -> place(table, name, state, id));
    notices.addAll(otherMentions(state, name, placement.location()));
    noticePartial(table, name, state).ifPresent(notices::add);
    return planned(table, state, placement, id);
  }

  /**
   * What is said of a table that is restored in part. Under its own name nobody would look twice:
   * there the user must have said that it is known, else it <i>fails</i> with UNSUPPORTED.
   */
  Optional<String> noticePartial(TableEntry table, TableName name, TableState state) {
    String coverage = coverage(state).text();
    if (coverage.equals(TableState.COVERS_ALL)) {
      return Optional.empty();
    }
    if (returnsHome(table, name) && request.partial() != RestoreRequest.Partial.ACCEPTED) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot restore table '%s' under its own name: the backup holds only the rows where %s"
              .formatted(name, coverage),
          "Add --accept-partial if that is what you want, or restore it under another name with --target-table, --target-database or --target-catalog.");
    }
    return Optional.of(
        "Table '%s' is not complete: it holds only the rows where %s, as its property %s says"
            .formatted(name, coverage, Coverage.PROPERTY));
  }

  private Placement place(TableEntry table, TableName name, TableState state, RestoreId id) {
    Optional<String> folder = request.target().folderOf(name);
    if (folder.isPresent()) {
      return free(catalog.placeAt(name, folder.get()));
    }
    if (catalog.keepsTablesInItsWarehouse()) {
      return catalog.place(name);
    }
    // A table that returns to its own identifier returns to its own place as well.
    return apart(
        returnsHome(table, name)
            ? catalog.placeAt(name, withoutSlash(state.roots().get(0)))
            : catalog.place(name),
        id);
  }

  /** A folder that the user asked for, if no living table has its files there. */
  private Placement free(Placement asked) {
    catalog
        .tableThatLivesIn(asked)
        .ifPresent(
            owner -> {
              throw new BcnException(
                  ErrorCode.TARGET_EXISTS,
                  "Cannot restore '%s' to '%s': table '%s' has its files there"
                      .formatted(asked.name(), asked.location(), owner),
                  "Give another --target-location, or leave it out.");
            });
    return asked;
  }

  /** The placement, or one beside it where a living table, renamed perhaps, has its files there. */
  private Placement apart(Placement wanted, RestoreId id) {
    if (catalog.tableThatLivesIn(wanted).isEmpty()) {
      return wanted;
    }
    Placement beside = catalog.placeAt(wanted.name(), wanted.location() + "-" + id.brief());
    if (catalog.tableThatLivesIn(beside).isEmpty()) {
      return beside;
    }
    // Restored once before, and renamed since.
    String suffix = UUID.randomUUID().toString().substring(0, 8);
    return catalog.placeAt(wanted.name(), wanted.location() + "-" + suffix);
  }

  boolean returnsHome(TableEntry table, TableName name) {
    return catalog.catalog().name().equals(repository.scope().catalog())
        && name.equals(table.tableName());
  }

  private TableRestore planned(
      TableEntry table, TableState state, Placement placement, RestoreId id) {
    LocationMapping mapping = mapping(state.roots(), placement.location());
    checkMovable(table, state, mapping, placement.location());
    boolean keepsUuid =
        request.uuids() == RestoreRequest.Uuids.KEPT
            || (returnsHome(table, placement.name()) && mapping.isIdentity());
    return new TableRestore(
        table,
        placement.name(),
        placement.location(),
        table.state().orElseThrow(),
        state.metadata(),
        state.metadataLocation(),
        files(
            state,
            placement,
            mapping,
            id.metadataFile(placement.location(), state.metadataLocation()),
            keepsUuid ? "" : id.at(placement.location()).uuid().toString()),
        new Ending.Registered());
  }

  /** Where the files of a table's state go. */
  TableTarget files(
      TableState state,
      Placement placement,
      LocationMapping mapping,
      String metadataLocation,
      String uuid) {
    boolean inWarehouse = catalog.keepsTablesInItsWarehouse();
    Set<String> dropped = new HashSet<>();
    if (inWarehouse) {
      dropped.add(METADATA_PATH);
    }
    if (!mapping.isIdentity()) {
      // It names a file of the source.
      dropped.add(StandingTable.NOTE);
    }
    dropped.retainAll(state.properties().keySet());
    return new TableTarget(
        placement.fileIo(),
        mapping,
        metadataLocation,
        uuid,
        inWarehouse ? TableTarget.MetadataLog.DROPPED : TableTarget.MetadataLog.RESTORED,
        Set.copyOf(state.missingMetadataLog()),
        request.contents() == RestoreRequest.Contents.WHOLE
            ? new Extent.Whole()
            : new Extent.SchemaOnly(),
        dropped,
        coverage(state));
  }

  /** A table without rows needs no filter. */
  private Coverage coverage(TableState state) {
    return request.contents() == RestoreRequest.Contents.WHOLE
        ? Coverage.of(state)
        : Coverage.WHOLE;
  }

  /** <i>Fails</i> with UNSUPPORTED for an encrypted table that would not stay where it was. */
  static void checkMovable(
      TableEntry table, TableState state, LocationMapping mapping, String location) {
    if (state.properties().containsKey(ENCRYPTION_KEY) && !mapping.isIdentity()) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot restore table '%s' to '%s': it is encrypted, and an encrypted table can't be moved"
              .formatted(table.tableName(), location),
          "Restore it to its own location %s, or leave it out with --exclude."
              .formatted(state.roots().get(0)));
    }
  }

  /**
   * The table's own location becomes the target's; further roots, and files outside all roots, get
   * folders below it that no table uses by itself.
   */
  static LocationMapping mapping(List<String> sourceRoots, String location) {
    List<LocationMapping.Root> roots = new ArrayList<>();
    roots.add(new LocationMapping.Root(sourceRoots.get(0), location));
    LocationMapping own = new LocationMapping(roots, location);
    for (int i = 1; i < sourceRoots.size(); i++) {
      String root = sourceRoots.get(i);
      if (!own.covers(root)) {
        roots.add(
            new LocationMapping.Root(
                root, own.isIdentity() ? root : "%s/relocated-root-%d".formatted(location, i)));
      }
    }
    return new LocationMapping(roots, location + "/relocated-external");
  }

  /**
   * Iceberg gives such properties no meaning, so their values stay; but somebody's job may read
   * them.
   */
  static List<String> otherMentions(TableState state, TableName name, String location) {
    LocationMapping mapping = mapping(state.roots(), location);
    return state.properties().entrySet().stream()
        .filter(property -> !state.roots().contains(property.getValue()))
        .filter(property -> !property.getKey().equals(StandingTable.NOTE))
        .filter(property -> mapping.mentionsSource(property.getValue()))
        .map(
            property ->
                "Table '%s' keeps property '%s', which mentions the source's location"
                    .formatted(name, property.getKey()))
        .toList();
  }

  static String withoutSlash(String location) {
    return location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
  }
}
