package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import io.bcn.format.ViewEntry;
import io.bcn.repository.Repository;
import io.bcn.table.DriverThreads;
import io.bcn.table.LocationMapping;
import io.bcn.table.Placement;
import io.bcn.table.StandingView;
import io.bcn.table.TargetCatalog;
import io.bcn.table.TargetViews;
import io.bcn.table.ViewMetadataFile;
import io.bcn.table.ViewTarget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Plans the views of a restore: reads the repository and the target's catalog, writes nothing. */
final class ViewPlanner {
  private static final int THREADS = 8;
  private static final int NAMES_SHOWN = 5;

  private final RestoreRequest request;
  private final Repository repository;
  private final TargetCatalog catalog;
  private final List<DatabaseName> databases;
  private final List<TableName> skipped = Collections.synchronizedList(new ArrayList<>());
  private final List<String> notices = Collections.synchronizedList(new ArrayList<>());

  /** With the databases that are restored, by their source names. */
  ViewPlanner(
      RestoreRequest request,
      Repository repository,
      TargetCatalog catalog,
      List<DatabaseName> databases) {
    this.request = request;
    this.repository = repository;
    this.catalog = catalog;
    this.databases = databases;
  }

  /**
   * Plans views whose names are free, and those that take the place of views that stand there.
   *
   * <p><i>Fails</i> with UNSUPPORTED where the target can't hold views or can't replace one,
   * DAMAGED where a view's stored metadata is not what was stored.
   */
  List<ViewRestore> plan(
      List<ViewEntry> free, List<ViewEntry> standing, Mapping mapping, InTheWay there) {
    // A torn one is a view already, and a catalog can't be asked by its name.
    free.stream()
        .map(view -> mapping.of(view.viewName()))
        .filter(name -> !there.torn().containsKey(name))
        .findFirst()
        .filter(name -> !new TargetViews(catalog).canHold(name))
        .ifPresent(
            name -> {
              throw unsupported(free);
            });
    try (DriverThreads threads = new DriverThreads(THREADS)) {
      List<ViewRestore> planned =
          new ArrayList<>(threads.map(free, view -> planned(view, mapping, there)));
      threads.map(standing, view -> replacing(view, mapping)).stream()
          .flatMap(Optional::stream)
          .forEach(planned::add);
      return planned;
    }
  }

  /** What the user should know of the views that were planned, sorted. */
  List<String> notices() {
    return notices.stream().sorted().toList();
  }

  /** Views that stand there as they are wanted, sorted. */
  List<TableName> skipped() {
    return skipped.stream().sorted().toList();
  }

  private ViewRestore planned(ViewEntry view, Mapping mapping, InTheWay there) {
    TableName name = mapping.of(view.viewName());
    ViewMetadataFile metadata = metadata(view);
    boolean home = isAtHome() && name.equals(view.viewName());
    Placement place =
        Optional.ofNullable(there.torn().get(name)).orElseGet(() -> place(name, metadata, home));
    LocationMapping locations = RestorePlanner.mapping(metadata.roots(), place.location());
    boolean keepsUuid =
        request.uuids() == RestoreRequest.Uuids.KEPT || (home && locations.isIdentity());
    RestoreId id = id(view, name);
    ViewTarget target =
        new ViewTarget(
            place,
            id.metadataFile(place.location(), view.metadataLocation()),
            locations,
            keepsUuid ? UUID.fromString(metadata.uuid()) : id.at(place.location()).uuid());
    ViewRestore planned = new ViewRestore(view, metadata, target, new ViewRestore.Way.Registered());
    addNotices(planned, mapping);
    return planned;
  }

  /** Empty where it stands there as it is wanted. */
  private Optional<ViewRestore> replacing(ViewEntry view, Mapping mapping) {
    TableName name = mapping.of(view.viewName());
    StandingView standing = new TargetViews(catalog).standing(name);
    ViewMetadataFile metadata = metadata(view);
    boolean home = isAtHome() && name.equals(view.viewName());
    String folder = home ? metadata.location() : standing.location();
    RestoreId id = id(view, name).at(standing.pointer());
    ViewTarget target =
        new ViewTarget(
            new Placement(name, folder, fileIo(name, id)),
            id.metadataFile(folder, view.metadataLocation()),
            RestorePlanner.mapping(metadata.roots(), folder),
            UUID.fromString(
                home || request.uuids() == RestoreRequest.Uuids.KEPT
                    ? metadata.uuid()
                    : standing.uuid()));
    if (new TargetViews(catalog).isAt(standing, target, metadata)) {
      skipped.add(name);
      notices.add("View '%s' is in this PIT's state".formatted(name));
      return Optional.empty();
    }
    ViewRestore planned =
        new ViewRestore(view, metadata, target, new ViewRestore.Way.Replaced(standing));
    addNotices(planned, mapping);
    return Optional.of(planned);
  }

  /** A catalog says what writes in a view's folder only by placing something new. */
  private int fileIo(TableName name, RestoreId id) {
    return catalog.place(new TableName(name.database(), name.table() + "_" + id.brief())).fileIo();
  }

  private RestoreId id(ViewEntry view, TableName name) {
    return RestoreId.of(
        request, catalog.catalog().name(), name, view.metadata().orElseThrow().sha256());
  }

  private ViewMetadataFile metadata(ViewEntry view) {
    return ViewMetadataFile.parse(
        view.metadataLocation(),
        Repository.bytes(repository.storage(), view.metadata().orElseThrow()));
  }

  private boolean isAtHome() {
    return catalog.catalog().name().equals(repository.scope().catalog());
  }

  /**
   * No data lies in a view's folder, and its one file has a name of its own: any folder is free.
   */
  private Placement place(TableName name, ViewMetadataFile metadata, boolean home) {
    return request
        .target()
        .folderOf(name)
        .or(() -> home ? Optional.of(metadata.location()) : Optional.empty())
        .map(folder -> catalog.placeAt(name, folder))
        .orElseGet(() -> catalog.place(name));
  }

  private void addNotices(ViewRestore view, Mapping mapping) {
    String catalogThen = repository.scope().catalog();
    if (!isAtHome() && view.metadata().speaksOfCatalog(catalogThen)) {
      notices.add(
          "View '%s' names catalog '%s' and keeps doing so: a view's SQL and defaults are never changed"
              .formatted(view.name(), catalogThen));
    }
    databases.stream()
        .filter(database -> !mapping.of(database).equals(database))
        .filter(view.metadata()::speaksOfDatabase)
        .forEach(
            database ->
                notices.add(
                    "View '%s' names database '%s' and keeps doing so: a view's SQL and defaults are never changed"
                        .formatted(view.name(), database)));
    view.metadata()
        .propertiesThatMention(view.target().mapping())
        .forEach(
            property ->
                notices.add(
                    "View '%s' keeps property '%s', which mentions the source's location"
                        .formatted(view.name(), property)));
  }

  private BcnException unsupported(List<ViewEntry> views) {
    List<TableName> names = views.stream().map(ViewEntry::viewName).sorted().toList();
    String more = names.size() > NAMES_SHOWN ? ", …" : "";
    List<TableName> shown = names.stream().limit(NAMES_SHOWN).toList();
    return new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot restore %d views into catalog '%s', which has none: %s%s"
            .formatted(
                names.size(),
                catalog.catalog().name(),
                shown.stream().map(TableName::toString).collect(Collectors.joining(", ")),
                more),
        "Leave them out with %s%s, or restore into a catalog with views (jdbc with jdbc.schema-version=V1, hive, rest)."
            .formatted(
                shown.stream()
                    .map(name -> "--exclude '%s'".formatted(name))
                    .collect(Collectors.joining(" ")),
                more));
  }
}
