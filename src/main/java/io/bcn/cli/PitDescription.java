package io.bcn.cli;

import io.bcn.format.DatabaseName;
import io.bcn.format.DeletedObject;
import io.bcn.format.Granularity;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One PIT: its numbers, what is special about it, and its place in the chain of digests. */
record PitDescription(
    String schemaVersion,
    String repository,
    Granularity granularity,
    Scope scope,
    String coverage,
    PitRow pit,
    String sha256,
    Optional<String> parentSha256,
    List<DatabaseName> databases,
    List<Failed> failed,
    List<DeletedObject> deletedObjects,
    List<DeletedObject> deletedViews,
    List<SkippedObject> skippedObjects) {

  /** A table or view that the PIT does not hold. */
  record Failed(TableName table, String code, String message) {}

  static PitDescription of(Repository repository, CommittedPit committed) {
    PitManifest manifest = committed.manifest();
    return new PitDescription(
        "1",
        repository.storage().root(),
        repository.scope().granularity(),
        repository.scope(),
        repository.coverage(),
        PitRow.of(manifest),
        committed.sha256(),
        manifest.parentSha256(),
        manifest.databases().stream().map(DatabaseEntry::name).toList(),
        Stream.concat(
                manifest.tables().stream()
                    .flatMap(table -> failed(table.tableName(), table.failure())),
                manifest.views().stream().flatMap(view -> failed(view.viewName(), view.failure())))
            .toList(),
        manifest.deletedObjects(),
        manifest.deletedViews(),
        manifest.skippedObjects());
  }

  private static Stream<Failed> failed(TableName name, Optional<TableEntry.Failure> failure) {
    return failure.stream().map(why -> new Failed(name, why.code(), why.message()));
  }
}
