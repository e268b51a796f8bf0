package io.bcn.restore;

import io.bcn.format.TableName;
import io.bcn.format.ViewEntry;
import io.bcn.table.ViewMetadataFile;
import io.bcn.table.ViewTarget;

/** One view of a restore plan, with the metadata file that was stored. */
record ViewRestore(ViewEntry source, ViewMetadataFile metadata, ViewTarget target) {

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
        source.viewName(), name(), target.place().location(), pointer, metadata.versionCount());
  }
}
