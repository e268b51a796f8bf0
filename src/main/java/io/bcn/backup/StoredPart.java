package io.bcn.backup;

import io.bcn.copy.FileProblem;
import io.bcn.copy.Routes;
import io.bcn.format.InventoryRef;
import io.bcn.format.StoredFile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one copy task did for one table: small, whatever the number of files.
 *
 * @param inventories the parts written, none where nothing was stored
 * @param metadata the stored metadata file, where this task stored it
 * @param missingLog earlier metadata files that the log names and that are gone
 * @param problems the first few of {@code problemCount}
 * @param knownFiles those that an earlier PIT vouches for, and are listed once more
 * @param routes of what this task copied
 * @param notices why the store did not copy what it was to copy
 */
record StoredPart(
    int table,
    List<InventoryRef> inventories,
    List<StoredFile> metadata,
    List<String> missingLog,
    List<FileProblem> problems,
    long problemCount,
    long knownFiles,
    long knownBytes,
    Routes routes,
    List<String> notices)
    implements Serializable {
  static final int PROBLEMS_SHOWN = 5;

  static StoredPart nothing(int table) {
    return new StoredPart(
        table, List.of(), List.of(), List.of(), List.of(), 0, 0, 0, Routes.NOTHING, List.of());
  }

  StoredPart plus(StoredPart other) {
    return new StoredPart(
        table,
        joined(inventories, other.inventories),
        joined(metadata, other.metadata),
        joined(missingLog, other.missingLog),
        joined(problems, other.problems).stream().limit(PROBLEMS_SHOWN).toList(),
        problemCount + other.problemCount,
        knownFiles + other.knownFiles,
        knownBytes + other.knownBytes,
        routes.plus(other.routes),
        joined(notices, other.notices).stream().distinct().toList());
  }

  boolean isWhole() {
    return problemCount == 0;
  }

  private static <T> List<T> joined(List<T> one, List<T> other) {
    List<T> both = new ArrayList<>(one);
    both.addAll(other);
    return both;
  }
}
