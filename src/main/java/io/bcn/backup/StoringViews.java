package io.bcn.backup;

import io.bcn.errors.BcnException;
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
import io.bcn.table.Cut;
import io.bcn.table.DriverThreads;
import io.bcn.table.IcebergCatalog;
import io.bcn.table.UnreadableTable;
import io.bcn.table.ViewFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores views, in threads of the driver: each is one small file. */
record StoringViews(Storage storage, String catalogName, PitId pit) {
  private static final int THREADS = 8;

  /** The entries of all views of the plan; one that can't be read is a FAILED entry. */
  List<ViewEntry> store(ViewsPlan plan, Cut cut, IcebergCatalog catalog) {
    List<ViewEntry> entries = new ArrayList<>();
    for (UnreadableTable view : cut.unreadableViews()) {
      entries.add(
          failed(
              view.name(),
              Optional.empty(),
              Optional.ofNullable(plan.failedBefore().get(view.name())),
              new TableEntry.Failure(view.code().name(), view.message())));
    }
    try (DriverThreads threads = new DriverThreads(THREADS);
        ViewFiles files = ViewFiles.of(catalog)) {
      entries.addAll(threads.map(plan.views(), view -> stored(view, files)));
    }
    return entries;
  }

  private ViewEntry stored(ViewPlan view, ViewFiles files) {
    if (view.isUnchanged()) {
      return view.before().orElseThrow().carriedOver(view.name());
    }
    byte[] bytes;
    try {
      bytes = files.bytes(view.pinned());
    } catch (BcnException e) {
      if (Storing.ENDS_THE_BACKUP.contains(e.code())) {
        throw e;
      }
      return failed(
          view.name(),
          Optional.of(view.pinned().uuid()),
          view.before(),
          new TableEntry.Failure(e.code().name(), e.getMessage()));
    }
    return active(view, stored(view, bytes));
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
