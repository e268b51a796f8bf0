package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.view.ViewMetadata;

/** The views of a catalog to restore into. */
public record TargetViews(TargetCatalog target) {

  /**
   * Whether the catalog can take a view of that name: it has views, and registers metadata that is
   * there already. Changes nothing.
   */
  public boolean canHold(TableName name) {
    if (!(target.catalog().iceberg() instanceof ViewCatalog views)) {
      return false;
    }
    TableIdentifier identifier = Identifiers.table(name);
    try {
      // A JDBC catalog of the old schema refuses this; one that has views does not.
      views.viewExists(identifier);
      // No file is called so: who registers views at all says that, and nothing is sent.
      views.registerView(identifier, "");
      return false;
    } catch (UnsupportedOperationException noViews) {
      return false;
    } catch (IllegalArgumentException registersOthers) {
      return true;
    } catch (RuntimeException failure) {
      throw target.failed(
          CatalogFailure.code(failure),
          "Cannot ask catalog '%s' for views".formatted(target.catalog().name()),
          failure,
          "Check that the catalog is up and lets us read views, or leave views out with --exclude.");
    }
  }

  /**
   * Writes the metadata file and makes the view appear.
   *
   * <p><i>Atomicity</i>: the view appears whole or not at all. <i>Fails</i> with TARGET_EXISTS when
   * it, or a table of its name, is there already.
   *
   * @return the catalog's pointer, read afresh
   */
  public String register(ViewTarget view, ViewMetadataFile metadata) {
    TableName name = view.place().name();
    write(view, metadata.relocated(view.mapping(), view.uuid(), view.metadataLocation()));
    ViewCatalog views = (ViewCatalog) target.catalog().iceberg();
    try {
      views.registerView(Identifiers.table(name), view.metadataLocation());
    } catch (RuntimeException failure) {
      // It may have been done all the same: the answer was lost.
      if (uuid(name).filter(view.uuid().toString()::equals).isEmpty()) {
        throw translated(view, failure);
      }
    }
    ViewMetadata registered =
        new CatalogViews(target.catalog()).load(name).orElseThrow(() -> unconfirmed(view));
    if (!registered.uuid().equals(view.uuid().toString())) {
      throw unconfirmed(view);
    }
    return registered.metadataFileLocation();
  }

  private Optional<String> uuid(TableName name) {
    return new CatalogViews(target.catalog()).load(name).map(ViewMetadata::uuid);
  }

  private void write(ViewTarget view, byte[] bytes) {
    try (OutputStream out =
        target
            .fileIos()
            .at(view.place().fileIo())
            .newOutputFile(view.metadataLocation())
            .create()) {
      out.write(bytes);
    } catch (IOException e) {
      throw failedToWrite(view, new UncheckedIOException(e));
    } catch (RuntimeException e) {
      throw failedToWrite(view, e);
    }
  }

  private BcnException failedToWrite(ViewTarget view, RuntimeException failure) {
    return target.failed(
        CatalogFailure.code(failure),
        "Cannot write '%s'".formatted(view.metadataLocation()),
        failure,
        "Check that we may write at the target; the view is not registered.");
  }

  private BcnException translated(ViewTarget view, RuntimeException failure) {
    TableName name = view.place().name();
    if (failure instanceof AlreadyExistsException) {
      return new BcnException(
          ErrorCode.TARGET_EXISTS,
          "Cannot create view '%s': a view or table of that name exists".formatted(name),
          "Drop it, restore to another name, or say with --if-exists what to do.");
    }
    return target.failed(
        CatalogFailure.code(failure),
        "Cannot register view '%s' with '%s'".formatted(name, view.metadataLocation()),
        failure,
        "Check that catalog '%s' is up and lets us create views."
            .formatted(target.catalog().name()));
  }

  private BcnException unconfirmed(ViewTarget view) {
    return new BcnException(
        ErrorCode.FAILED,
        "Cannot confirm view '%s': catalog '%s' does not have what was registered"
            .formatted(view.place().name(), target.catalog().name()),
        "Somebody changed it at the same time; look at it before you use it.");
  }
}
