package io.bcn.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.storage.LocalFileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.hadoop.HadoopTableOperations;
import org.apache.iceberg.io.FileIO;

/** One table's way to another state: load afresh, compare with the plan's look, swap, confirm. */
record Swap(TargetCatalog target, StandingTable standing) {
  private static final String DELETES_OLD_METADATA =
      TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED;

  /** In the plan: whether {@link #run} can do it. */
  void check() {
    TableOperations operations = loaded().operations();
    if (operations instanceof HadoopTableOperations) {
      checkNoHigherVersion(operations.io());
      return;
    }
    if (!(operations instanceof BaseMetastoreTableOperations) && !isRest()) {
      throw unsupported("catalog '%s' offers no way to swap it".formatted(target.catalog().name()));
    }
  }

  /** A refresh takes the highest version, whatever was committed. */
  private void checkNoHigherVersion(FileIO io) {
    int current = HadoopVersions.of(standing.pointer());
    int highest = HadoopVersions.highest(io, standing.pointer());
    if (highest > current) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot replace table '%s': its folder '%s' has a leftover file of version %d, which would come before the restored state"
              .formatted(standing.name(), HadoopVersions.folder(standing.pointer()), highest),
          "The table is at version %d: move the files of higher versions away.".formatted(current));
    }
  }

  private boolean isRest() {
    return target.catalog().kind().equals("rest");
  }

  String run(String metadataLocation, String location) {
    BaseTable table = loaded();
    FileIO io = table.io();
    ObjectNode restored = restored(io, metadataLocation, location);
    boolean deletesOldMetadata = deletesOldMetadata(restored);
    if (deletesOldMetadata) {
      // Or the swap would delete the metadata files of the table that it replaces.
      restored.withObject("/properties").put(DELETES_OLD_METADATA, "false");
    }
    swap(table, restored, metadataLocation);
    confirm();
    if (deletesOldMetadata) {
      // Harmless now: later commits delete what the restored state's own log names.
      loaded().updateProperties().set(DELETES_OLD_METADATA, "true").commit();
    }
    String pointer = TargetCatalog.pointer(loaded());
    if (!isRest()) {
      target.removeFile(standing.fileIo(), metadataLocation);
    }
    return pointer;
  }

  private static boolean deletesOldMetadata(ObjectNode metadata) {
    return Boolean.parseBoolean(
        metadata.path("properties").path(DELETES_OLD_METADATA).asText("false"));
  }

  private ObjectNode restored(FileIO io, String metadataLocation, String location) {
    try (InputStream in = io.newInputFile(metadataLocation).newStream()) {
      ObjectNode tree = (ObjectNode) MetadataJson.parse(metadataLocation, in.readAllBytes());
      tree.put("location", location);
      tree.withObject("/properties").put(StandingTable.NOTE, standing.pointer());
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void swap(BaseTable table, ObjectNode restored, String metadataLocation) {
    if (!standing.isStill(table.operations().current())) {
      throw changed();
    }
    try {
      var unused =
          LocalFileErrors.asExceptions(
              () -> {
                put(table, restored, metadataLocation);
                return true;
              });
    } catch (RuntimeException failure) {
      // It may have been done all the same: the answer was lost.
      if (!isOurs(loaded())) {
        throw translated(failure);
      }
    }
  }

  private void put(BaseTable table, ObjectNode restored, String metadataLocation) {
    if (isRest()) {
      write(table.io(), restored, metadataLocation);
      target
          .catalog()
          .iceberg()
          .registerTable(Identifiers.table(standing.name()), metadataLocation, true);
      return;
    }
    TableOperations operations = table.operations();
    operations.commit(operations.current(), StandingTable.parsed(restored));
  }

  private static void write(FileIO io, ObjectNode restored, String metadataLocation) {
    try (OutputStream out = io.newOutputFile(metadataLocation).createOrOverwrite()) {
      out.write(MetadataJson.print(restored, metadataLocation));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By the note, which stays when somebody commits right after us. */
  private boolean isOurs(BaseTable now) {
    return standing.pointer().equals(now.properties().get(StandingTable.NOTE));
  }

  /** By operations of their own: those that swapped refuse a table whose UUID has changed. */
  private void confirm() {
    if (!isOurs(loaded())) {
      throw new BcnException(
          ErrorCode.FAILED,
          "Cannot confirm table '%s': catalog '%s' does not have what was put in its place"
              .formatted(standing.name(), target.catalog().name()),
          "Somebody replaced it at the same time; look at it before you use it.");
    }
  }

  private BaseTable loaded() {
    try {
      return target.catalog().load(standing.name());
    } catch (NoSuchTableException | NoSuchNamespaceException gone) {
      throw changed();
    }
  }

  private BcnException translated(RuntimeException failure) {
    if (!standing.isStill(loaded().operations().current())) {
      return changed();
    }
    if (isRefusal(failure)) {
      return unsupported(
          "catalog '%s' refuses that one state takes another's place (%s)"
              .formatted(
                  target.catalog().name(),
                  CatalogFailure.reason(failure, target.catalog().configuration().secrets())));
    }
    return target.failed(
        CatalogFailure.code(failure),
        "Cannot replace table '%s'".formatted(standing.name()),
        failure,
        "Check that catalog '%s' is up and lets us commit; the table is as it was."
            .formatted(target.catalog().name()));
  }

  private boolean isRefusal(RuntimeException failure) {
    if (CatalogFailure.code(failure) == ErrorCode.UNSUPPORTED) {
      return true;
    }
    // Servers that do not know the wish to overwrite say that the table exists, or that the request
    // is a bad one.
    return isRest()
        && (failure instanceof AlreadyExistsException
            || failure instanceof BadRequestException
            || failure instanceof IllegalArgumentException);
  }

  private BcnException changed() {
    return new BcnException(
        ErrorCode.TARGET_CHANGED,
        "Cannot replace table '%s': somebody has changed it since the restore looked at it"
            .formatted(standing.name()),
        "Nothing was done to it; look at what was written, and run the restore again.");
  }

  private BcnException unsupported(String reason) {
    return new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot replace table '%s': %s".formatted(standing.name(), reason),
        "Drop it without PURGE and restore it then, leave it out with --exclude, or restore under another name.");
  }
}
