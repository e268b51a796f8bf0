package io.bcn.backup;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.ViewEntry;
import io.bcn.storage.Storage;
import io.bcn.table.CatalogCut;
import io.bcn.table.Cut;
import io.bcn.table.DriverThreads;
import io.bcn.table.IcebergCatalog;
import io.bcn.table.PinState;
import io.bcn.table.PinnedView;
import io.bcn.table.UnreadableTable;
import io.bcn.table.ViewFiles;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Stores views, in threads of the driver: each is one small file. */
record StoringViews(Storage storage, String catalogName, PitId pit) {
  private static final int THREADS = 8;

  /** What became of one view: dropped where it has no entry. */
  private record One(ViewPlan view, Optional<ViewEntry> entry, Optional<Instant> lookedAgainAt) {}

  /** Stores all views of the plan; one that can't be read is a FAILED entry. */
  StoredViews store(ViewsPlan plan, Cut cut, IcebergCatalog catalog) {
    List<ViewEntry> entries = new ArrayList<>();
    for (UnreadableTable view : cut.unreadableViews()) {
      entries.add(
          failed(
              view.name(),
              Optional.empty(),
              Optional.ofNullable(plan.failedBefore().get(view.name())),
              new TableEntry.Failure(view.code().name(), view.message())));
    }
    List<One> all;
    try (DriverThreads threads = new DriverThreads(THREADS);
        ViewFiles files = ViewFiles.of(catalog)) {
      all = threads.map(plan.views(), view -> stored(view, files, catalog));
    }
    all.forEach(one -> one.entry().ifPresent(entries::add));
    return new StoredViews(
        entries,
        all.stream()
            .filter(one -> one.entry().isEmpty())
            .map(one -> one.view().name())
            .collect(Collectors.toSet()),
        all.stream().flatMap(one -> one.lookedAgainAt().stream()).max(Comparator.naturalOrder()));
  }

  private One stored(ViewPlan view, ViewFiles files, IcebergCatalog catalog) {
    if (view.isUnchanged()) {
      return known(view, view.before().orElseThrow().carriedOver(view.name()));
    }
    try {
      return known(view, stored(view, files));
    } catch (BcnException e) {
      endOnFatal(e);
      return e.code() == ErrorCode.SOURCE_MISSING
          ? again(view, files, catalog, e)
          : known(view, failed(view, e));
    }
  }

  private static One known(ViewPlan view, ViewEntry entry) {
    return new One(view, Optional.of(entry), Optional.empty());
  }

  private ViewEntry stored(ViewPlan view, ViewFiles files) {
    return active(view, stored(view, files.bytes(view.pinned())));
  }

  /** A file that is gone has failed the view only if the catalog still points at it. */
  private One again(ViewPlan view, ViewFiles files, IcebergCatalog catalog, BcnException missing) {
    Optional<PinState> now = CatalogCut.repinView(catalog, view.name());
    Optional<Instant> at = Optional.of(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    if (now.isEmpty()) {
      return new One(view, Optional.empty(), at);
    }
    boolean movedOn =
        now.get() instanceof PinnedView pinned
            && pinned.uuid().equals(view.pinned().uuid())
            && !pinned.sameStateAs(view.pinned());
    if (!movedOn) {
      return known(view, failed(view, missing));
    }
    ViewPlan moved = new ViewPlan((PinnedView) now.get(), TablePlan.Change.CHANGED, view.before());
    try {
      return new One(moved, Optional.of(stored(moved, files)), at);
    } catch (BcnException e) {
      endOnFatal(e);
      return new One(moved, Optional.of(failed(moved, e)), at);
    }
  }

  private static void endOnFatal(BcnException failure) {
    if (Storing.ENDS_THE_BACKUP.contains(failure.code())) {
      throw failure;
    }
  }

  private static ViewEntry failed(ViewPlan view, BcnException failure) {
    return failed(
        view.name(),
        Optional.of(view.pinned().uuid()),
        view.before(),
        new TableEntry.Failure(failure.code().name(), failure.getMessage()));
  }

  private ObjectRef stored(ViewPlan view, byte[] bytes) {
    ObjectKey key =
        Layout.viewMetadata(catalogName, view.name(), pit, view.pinned().metadataLocation());
    storage.replace(key, bytes);
    return new ObjectRef(key, Documents.sha256(bytes));
  }

  private ViewEntry active(ViewPlan view, ObjectRef metadata) {
    return new ViewEntry(
        view.name().database(),
        view.name().table(),
        Optional.of(view.pinned().uuid()),
        TableStatus.ACTIVE,
        view.renamedFrom(),
        Optional.of(pit),
        Optional.of(metadata),
        view.pinned().metadataLocation(),
        Optional.empty());
  }

  private static ViewEntry failed(
      TableName name,
      Optional<String> uuid,
      Optional<ViewEntry> before,
      TableEntry.Failure failure) {
    return new ViewEntry(
        name.database(),
        name.table(),
        uuid.or(() -> before.flatMap(ViewEntry::uuid)),
        TableStatus.FAILED,
        before.map(ViewEntry::viewName).filter(old -> !old.equals(name)),
        before.flatMap(ViewEntry::storedIn),
        before.flatMap(ViewEntry::metadata),
        before.map(ViewEntry::metadataLocation).orElse(""),
        Optional.of(failure));
  }
}
