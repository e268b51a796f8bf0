package io.bcn.table;

import io.bcn.format.PitManifest.CutWindow;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.TableName;
import java.util.List;
import java.util.Map;

/**
 * The state of everything in a scope, pinned: from here on only what a pin names is read.
 *
 * <p><i>Shape</i>: all lists sorted by name; a few hundred bytes a table.
 *
 * @param window CONSISTENT: all of it was true at every moment from {@code from} to {@code to}.
 *     BEST_EFFORT: each table's state was true at some moment of its own between them
 * @param unreadable tables that are listed and whose metadata can't be read
 * @param unreadableViews the same for views
 * @param skipped what is there beside Iceberg's tables and views, where the catalog tells
 * @param fileIos what reads the pinned tables' files
 */
public record Cut(
    CutWindow window,
    List<DatabaseEntry> databases,
    List<PinnedTable> tables,
    List<UnreadableTable> unreadable,
    List<PinnedView> views,
    List<UnreadableTable> unreadableViews,
    List<SkippedObject> skipped,
    FileIos fileIos) {
  public Cut {
    databases = List.copyOf(databases);
    tables = List.copyOf(tables);
    unreadable = List.copyOf(unreadable);
    views = List.copyOf(views);
    unreadableViews = List.copyOf(unreadableViews);
    skipped = List.copyOf(skipped);
  }

  static Cut of(CutWindow window, CutPass pass) {
    return new Cut(
        window,
        pass.databases().entrySet().stream()
            .map(entry -> new DatabaseEntry(entry.getKey(), entry.getValue()))
            .toList(),
        only(PinnedTable.class, pass.tables()),
        only(UnreadableTable.class, pass.tables()),
        only(PinnedView.class, pass.views()),
        only(UnreadableTable.class, pass.views()),
        pass.skipped(),
        pass.fileIos());
  }

  private static <T extends PinState> List<T> only(
      Class<T> outcome, Map<TableName, PinState> states) {
    return states.values().stream().filter(outcome::isInstance).map(outcome::cast).toList();
  }
}
