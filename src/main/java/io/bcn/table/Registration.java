package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import io.bcn.storage.LocalFileErrors;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;

/** One table's way into a catalog: check, register, read it back afresh, compare. */
record Registration(TargetCatalog target, TableName name, int fileIo, String metadataLocation) {
  /** The pointer that the catalog has for the table then. */
  String run() {
    if (target.keepsTablesInItsWarehouse()) {
      checkFitsWarehouse();
    }
    Optional<KeptMetadata> given = KeptMetadata.read(target.fileIos().at(fileIo), metadataLocation);
    try {
      var unused =
          LocalFileErrors.asExceptions(
              () ->
                  target
                      .catalog()
                      .iceberg()
                      .registerTable(Identifiers.table(name), metadataLocation));
    } catch (RuntimeException failure) {
      // It may have been done all the same: the answer was lost, or an earlier try of ours got
      // through.
      given.ifPresent(KeptMetadata::putBackIfGone);
      if (!target.currentMetadataLocation(name).equals(Optional.of(metadataLocation))) {
        throw translated(failure);
      }
    }
    BaseTable registered = registered(given);
    String pointer = TargetCatalog.pointer(registered);
    if (!pointer.equals(metadataLocation)) {
      confirmContent(registered, pointer);
      // The given file stays: it tells a next try that this one came so far.
    }
    return pointer;
  }

  private BaseTable registered(Optional<KeptMetadata> given) {
    try {
      return target.catalog().load(name);
    } catch (NotFoundException removed) {
      // By an equal restore, which came second.
      given.ifPresent(KeptMetadata::putBackIfGone);
      return target.catalog().load(name);
    }
  }

  /** Iceberg checks the location only at the next commit, which would then fail for the user. */
  private void checkFitsWarehouse() {
    Placement place = target.place(name);
    TableMetadata given = read(target.fileIos().at(place.fileIo()));
    if (!given.location().equals(place.location())) {
      throw unfit(
          "its location is '%s', and this catalog keeps it at '%s'"
              .formatted(given.location(), place.location()));
    }
    if (given.properties().containsKey(TableProperties.WRITE_METADATA_LOCATION)) {
      throw unfit(
          "it sets %s, which this catalog refuses"
              .formatted(TableProperties.WRITE_METADATA_LOCATION));
    }
  }

  /**
   * For a catalog that keeps a metadata file of its own: what it has must say the same as what it
   * was given.
   */
  private void confirmContent(BaseTable registered, String pointer) {
    String wanted = TableMetadataParser.toJson(read(registered.io()));
    if (!wanted.equals(TableMetadataParser.toJson(registered.operations().current()))) {
      throw new BcnException(
          ErrorCode.FAILED,
          "Cannot confirm table '%s': catalog '%s' has '%s', which is not what was registered"
              .formatted(name, target.catalog().name(), pointer),
          "Somebody wrote to the table at the same time; look at it before you use it.");
    }
  }

  private TableMetadata read(FileIO io) {
    try {
      return TableMetadataParser.read(io, metadataLocation);
    } catch (RuntimeException failure) {
      throw translated(failure);
    }
  }

  private BcnException translated(RuntimeException failure) {
    boolean exists = failure instanceof AlreadyExistsException;
    boolean lostRace =
        failure instanceof CommitFailedException && target.keepsTablesInItsWarehouse();
    if (exists || lostRace) {
      return TargetCatalog.exists(name);
    }
    return target.failed(
        CatalogFailure.code(failure),
        "Cannot register table '%s' with '%s'".formatted(name, metadataLocation),
        failure,
        "Check that catalog '%s' is up and lets us create tables; nothing was registered."
            .formatted(target.catalog().name()));
  }

  private BcnException unfit(String reason) {
    return new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot register table '%s': %s".formatted(name, reason),
        "Restore it at the place that a hadoop catalog gives it, or into a catalog of another type.");
  }
}
