package io.bcn.it;

import io.bcn.backup.Backup;
import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.format.DatabaseName;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.Restore;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreSummary;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import io.bcn.table.RowFilter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The application as tests call it, with the defaults that the command line has. */
public final class Bcn {
  private final Storage storage;

  private Bcn(Storage storage) {
    this.storage = storage;
  }

  public static Bcn at(Path repository) {
    return new Bcn(StorageLocation.parse(repository.toString()).open(Map.of()));
  }

  public static Bcn at(Storage storage) {
    return new Bcn(storage);
  }

  public Storage storage() {
    return storage;
  }

  public BackupSummary backup(Scope scope) {
    return backup(request(Optional.of(scope)));
  }

  public BackupSummary backup() {
    return backup(request(Optional.empty()));
  }

  /** The matching rows of one table. */
  public BackupSummary backup(Scope scope, String where) {
    return backup(request(Optional.of(scope)).covering(Optional.of(where).map(RowFilter::parse)));
  }

  public BackupSummary backup(BackupRequest request) {
    return new Backup(SharedSpark.session(), progress(), Clock.systemUTC()).run(request);
  }

  public BackupRequest request(Optional<Scope> scope) {
    return new BackupRequest(
        storage,
        scope,
        Optional.empty(),
        BackupRequest.Reuse.PARENT,
        BackupRequest.Action.BACK_UP,
        BackupRequest.Consistency.BEST_EFFORT,
        BackupRequest.EmptySources.REFUSED,
        new BackupRequest.RunId(UUID.randomUUID().toString(), BackupRequest.RunId.Origin.GENERATED),
        SharedSpark.settings(),
        Duration.ofMinutes(1));
  }

  public RestoreSummary restoreAll(String pit, Lake target) {
    return restore(
        pit,
        new RestoreRequest.Selection(
            List.of(), List.of(), List.of(), RestoreRequest.Deleted.LEFT_OUT),
        to(target));
  }

  public RestoreSummary restore(
      String pit, RestoreRequest.Selection selection, RestoreRequest.Target target) {
    return restore(
        new RestoreRequest(
            storage,
            pit,
            selection,
            target,
            RestoreRequest.IfExists.FAIL,
            RestoreRequest.Uuids.FRESH_ELSEWHERE,
            RestoreRequest.Contents.WHOLE,
            RestoreRequest.Partial.REFUSED_AT_HOME,
            RestoreRequest.Action.RESTORE,
            SharedSpark.settings()));
  }

  public RestoreSummary restore(RestoreRequest request) {
    return new Restore(SharedSpark.session(), progress()).run(request);
  }

  public static RestoreRequest.Target to(Lake target) {
    return new RestoreRequest.Target(
        Optional.of(target.catalog()), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static RestoreRequest.Target to(Lake target, DatabaseName database) {
    return new RestoreRequest.Target(
        Optional.of(target.catalog()), Optional.of(database), Optional.empty(), Optional.empty());
  }

  public static RestoreRequest.Target to(Lake target, TableName table) {
    return new RestoreRequest.Target(
        Optional.of(target.catalog()),
        Optional.of(table.database()),
        Optional.of(table.table()),
        Optional.empty());
  }

  private static Progress progress() {
    return new Progress(SharedSpark.session(), line -> {});
  }
}
