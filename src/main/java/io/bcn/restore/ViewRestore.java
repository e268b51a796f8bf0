package io.bcn.restore;

import io.bcn.format.TableName;
import io.bcn.format.ViewEntry;
import io.bcn.table.StandingView;
import io.bcn.table.TargetViews;
import io.bcn.table.ViewMetadataFile;
import io.bcn.table.ViewTarget;
import java.util.Optional;

/** One view of a restore plan, with the metadata file that was stored. */
record ViewRestore(ViewEntry source, ViewMetadataFile metadata, ViewTarget target, Way way) {

  /** How it appears. */
  sealed interface Way {
    /** As a view of its own. */
    record Registered() implements Way {
      @Override
      public String run(ViewRestore view, TargetViews views) {
        return views.register(view.target(), view.metadata());
      }

      @Override
      public Optional<String> previous() {
        return Optional.empty();
      }
    }

    /** In the place of one that stands there. */
    record Replaced(StandingView standing) implements Way {
      @Override
      public String run(ViewRestore view, TargetViews views) {
        return views.replace(standing, view.target(), view.metadata());
      }

      @Override
      public Optional<String> previous() {
        return Optional.of(standing.pointer());
      }
    }

    /** Makes it appear, and gives back the catalog's pointer. */
    String run(ViewRestore view, TargetViews views);

    /** What the catalog pointed at before. */
    Optional<String> previous();
  }

  TableName name() {
    return target.place().name();
  }

  /**
   * What the user is told of it.
   *
   * @param pointer the target catalog's; empty for a plan
   */
  RestoreSummary.RestoredView restored(String pointer) {
    return new RestoreSummary.RestoredView(
        source.viewName(),
        name(),
        target.place().location(),
        pointer,
        way.previous(),
        metadata.versionCount());
  }
}
