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
   * <i>Fails</i> with UNSUPPORTED where the target can't hold views, DAMAGED where a view's stored
   * metadata is not what was stored.
   */
  List<ViewRestore> plan(List<ViewEntry> views, Mapping mapping) {
    if (!views.isEmpty()
        && !new TargetViews(catalog).canHold(mapping.of(views.get(0).viewName()))) {
      throw unsupported(views);
    }
    try (DriverThreads threads = new DriverThreads(THREADS)) {
      return threads.map(views, view -> planned(view, mapping));
    }
  }

  /** What the user should know of the views that were planned, sorted. */
  List<String> notices() {
    return notices.stream().sorted().toList();
  }

  private ViewRestore planned(ViewEntry view, Mapping mapping) {
    TableName name = mapping.of(view.viewName());
    byte[] bytes = Repository.bytes(repository.storage(), view.metadata().orElseThrow());
    ViewMetadataFile metadata = ViewMetadataFile.parse(view.metadataLocation(), bytes);
    boolean home = isAtHome() && name.equals(view.viewName());
    Placement place = place(name, metadata, home);
    LocationMapping locations = RestorePlanner.mapping(metadata.roots(), place.location());
    boolean keepsUuid =
        request.uuids() == RestoreRequest.Uuids.KEPT || (home && locations.isIdentity());
    ViewTarget target =
        new ViewTarget(
            place,
            "%s/metadata/00000-%s%s"
                .formatted(
                    place.location(),
                    UUID.randomUUID(),
                    RestorePlanner.suffix(view.metadataLocation())),
            locations,
            keepsUuid ? UUID.fromString(metadata.uuid()) : UUID.randomUUID());
    ViewRestore planned = new ViewRestore(view, metadata, target);
    addNotices(planned, mapping);
    return planned;
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
