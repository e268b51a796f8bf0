package io.bcn.backup;

import io.bcn.format.PitManifest;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.ViewEntry;
import java.util.List;

/** Views by outcome. */
public record ViewCounts(
    long total,
    long active,
    long unchanged,
    long failed,
    List<TableName> deleted,
    List<BackupSummary.Rename> renamed) {

  static ViewCounts of(PitManifest manifest) {
    return new ViewCounts(
        manifest.views().size(),
        count(manifest, TableStatus.ACTIVE),
        count(manifest, TableStatus.UNCHANGED),
        count(manifest, TableStatus.FAILED),
        manifest.deletedInSource().views(),
        manifest.views().stream()
            .flatMap(
                view ->
                    view.renamedFrom().stream()
                        .map(from -> new BackupSummary.Rename(from, view.viewName())))
            .toList());
  }

  static ViewCounts of(ViewsPlan plan, long unreadable) {
    long unchanged = plan.views().stream().filter(ViewPlan::isUnchanged).count();
    return new ViewCounts(
        plan.views().size() + unreadable,
        plan.views().size() - unchanged,
        unchanged,
        unreadable,
        plan.gone().stream().map(ViewEntry::viewName).toList(),
        plan.views().stream()
            .flatMap(
                view ->
                    view.renamedFrom().stream()
                        .map(from -> new BackupSummary.Rename(from, view.name())))
            .toList());
  }

  private static long count(PitManifest manifest, TableStatus status) {
    return manifest.views().stream().filter(view -> view.status() == status).count();
  }
}
