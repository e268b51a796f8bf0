package io.bcn.backup;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Granularity;
import io.bcn.format.Scope;
import io.bcn.format.TableState;
import io.bcn.repository.Repository;
import io.bcn.table.RowFilter;
import java.util.Optional;

/**
 * What is backed up: what the repository is locked to, or will be by its first backup.
 *
 * @param filter the rows that are covered, of a partial backup
 * @param existing the repository, where there is one already
 */
record LockedScope(Scope scope, Optional<RowFilter> filter, Optional<Repository> existing) {

  /**
   * Compares what is asked for with what the repository is locked to, before anything of the source
   * is read.
   *
   * <p><i>Fails</i> with SCOPE_MISMATCH where they differ, USAGE where nothing says what to back
   * up, FORMAT_TOO_NEW where a newer program wrote last, UNSUPPORTED for a part of more than one
   * table.
   */
  static LockedScope of(BackupRequest request) {
    Optional<Repository> existing = Repository.find(request.storage());
    existing.ifPresent(repository -> check(repository, request));
    Scope scope =
        existing.map(Repository::scope).or(request::scope).orElseThrow(() -> missing(request));
    Optional<RowFilter> filter =
        existing.isEmpty() ? request.coverage() : existing.flatMap(LockedScope::filterOf);
    if (filter.isPresent() && scope.granularity() != Granularity.TABLE) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot back up the rows where %s of %s: only one table can be backed up in part"
              .formatted(filter.get().text(), scope),
          "Leave --where out, or give the one table with --table.");
    }
    return new LockedScope(scope, filter, existing);
  }

  private static void check(Repository repository, BackupRequest request) {
    request.scope().ifPresent(repository::checked);
    request.coverage().map(RowFilter::text).ifPresent(repository::checkedCoverage);
    repository.checkVersion();
  }

  private static Optional<RowFilter> filterOf(Repository repository) {
    return Optional.of(repository.coverage())
        .filter(coverage -> !coverage.equals(TableState.COVERS_ALL))
        .map(RowFilter::parse);
  }

  /** As documents and summaries have it. */
  String coverage() {
    return filter.map(RowFilter::text).orElse(TableState.COVERS_ALL);
  }

  boolean hasNoPit() {
    return existing.flatMap(repository -> repository.pits().findFirst()).isEmpty();
  }

  private static BcnException missing(BackupRequest request) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot back up into '%s': there is no repository yet, and no --catalog says what to back up"
            .formatted(request.storage().root()),
        "Give --catalog (and --database, --table) for the first backup, or check --repo.");
  }
}
