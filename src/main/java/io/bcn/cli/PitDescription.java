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

/** One PIT: its numbers, what is special about it, and its place in the chain of digests. */
record PitDescription(
    String schemaVersion,
    String repository,
    Granularity granularity,
    Scope scope,
    PitRow pit,
    String sha256,
    Optional<String> parentSha256,
    List<DatabaseName> databases,
    List<Failed> failed,
    List<DeletedObject> deletedObjects,
    List<SkippedObject> skippedObjects) {

  /** A table that the PIT does not hold. */
  record Failed(TableName table, String code, String message) {}

  static PitDescription of(Repository repository, CommittedPit committed) {
    PitManifest manifest = committed.manifest();
    return new PitDescription(
        "1",
        repository.storage().root(),
        repository.scope().granularity(),
        repository.scope(),
        PitRow.of(manifest),
        committed.sha256(),
        manifest.parentSha256(),
        manifest.databases().stream().map(DatabaseEntry::name).toList(),
        manifest.tables().stream().flatMap(table -> failed(table).stream()).toList(),
        manifest.deletedObjects(),
        manifest.skippedObjects());
  }

  private static Optional<Failed> failed(TableEntry table) {
    return table.failure().map(why -> new Failed(table.tableName(), why.code(), why.message()));
  }
}
