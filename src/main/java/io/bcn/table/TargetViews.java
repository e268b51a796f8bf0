package io.bcn.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import io.bcn.storage.LocalFileErrors;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.view.BaseView;
import org.apache.iceberg.view.BaseViewOperations;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;
import org.apache.iceberg.view.ViewOperations;

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
    KeptMetadata given = written(view, bytes(view, metadata, Map.of()));
    ViewCatalog views = (ViewCatalog) target.catalog().iceberg();
    try {
      views.registerView(Identifiers.table(name), view.metadataLocation());
    } catch (RuntimeException failure) {
      // It may have been done all the same: the answer was lost.
      given.putBackIfGone();
      if (current(name).filter(now -> now.uuid().equals(view.uuid().toString())).isEmpty()) {
        throw translated(view, failure);
      }
    }
    ViewMetadata registered = afresh(name, given).orElseThrow(() -> unconfirmed(view));
    if (!registered.uuid().equals(view.uuid().toString())) {
      throw unconfirmed(view);
    }
    return registered.metadataFileLocation();
  }

  /** As {@link TargetCatalog#isAsRegistered}. */
  public boolean isAsRegistered(TableName name, String stem) {
    return current(name)
        .filter(view -> Place.baseName(view.metadataFileLocation()).startsWith(stem + "."))
        .isPresent();
  }

  /**
   * A view that is there, to be replaced. <i>Fails</i> with TARGET_CHANGED where it has gone, with
   * UNSUPPORTED where the catalog can't swap a view.
   */
  public StandingView standing(TableName name) {
    BaseView view = loaded(name);
    // A commit of a whole state to a REST catalog sends no changes, and does nothing.
    if (!(view.operations() instanceof BaseViewOperations)) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot replace view '%s': catalog '%s' can't put a stored state in its place"
              .formatted(name, target.catalog().name()),
          "Drop it and restore it then, leave it out with --exclude, or restore under another name.");
    }
    return StandingView.of(name, view.operations().current());
  }

  /** Whether the view that stands there says what the stored one would say in its place. */
  public boolean isAt(StandingView standing, ViewTarget view, ViewMetadataFile metadata) {
    ViewMetadata wanted = parsed(bytes(view, metadata, Map.of()), view);
    ViewMetadata now = loaded(standing.name()).operations().current();
    return comparable(wanted).equals(comparable(now));
  }

  private static JsonNode comparable(ViewMetadata view) {
    ObjectNode tree =
        (ObjectNode)
            MetadataJson.parse(
                "", ViewMetadataParser.toJson(view).getBytes(StandardCharsets.UTF_8));
    tree.withObject("/properties").remove(StandingTable.NOTE);
    return tree;
  }

  /**
   * Puts the view in the place of the one that stands there.
   *
   * <p><i>Atomicity</i>: one or the other is seen. <i>Fails</i> with TARGET_CHANGED, and nothing
   * was done, where that is no longer what it was.
   *
   * @return the catalog's pointer, read afresh
   */
  public String replace(StandingView standing, ViewTarget view, ViewMetadataFile metadata) {
    byte[] bytes = bytes(view, metadata, standing.note());
    KeptMetadata given = written(view, bytes);
    ViewOperations operations = loaded(standing.name()).operations();
    ViewMetadata now = operations.current();
    if (!StandingView.of(standing.name(), now).equals(standing)) {
      throw changed(standing.name());
    }
    try {
      var unused =
          LocalFileErrors.asExceptions(
              () -> {
                operations.commit(now, parsed(bytes, view));
                return true;
              });
    } catch (RuntimeException failure) {
      given.putBackIfGone();
      ViewMetadata after = loaded(standing.name()).operations().current();
      if (!after.metadataFileLocation().equals(view.metadataLocation())) {
        throw after.metadataFileLocation().equals(standing.pointer())
            ? translated(view, failure)
            : changed(standing.name());
      }
    }
    return afresh(standing.name(), given)
        .orElseThrow(() -> changed(standing.name()))
        .metadataFileLocation();
  }

  private static ViewMetadata parsed(byte[] json, ViewTarget view) {
    return ViewMetadataParser.fromJson(
        view.metadataLocation(), MetadataJson.parse(view.metadataLocation(), json).toString());
  }

  private static byte[] bytes(
      ViewTarget view, ViewMetadataFile metadata, Map<String, String> properties) {
    byte[] json = metadata.relocated(view.mapping(), view.uuid(), view.metadataLocation());
    ObjectNode tree = (ObjectNode) MetadataJson.parse(view.metadataLocation(), json);
    // It names a file of the source.
    tree.withObject("/properties").remove(StandingTable.NOTE);
    properties.forEach(tree.withObject("/properties")::put);
    return MetadataJson.print(tree, view.metadataLocation());
  }

  private BaseView loaded(TableName name) {
    try {
      if (target.catalog().iceberg() instanceof ViewCatalog views
          && views.loadView(Identifiers.table(name)) instanceof BaseView view) {
        return view;
      }
    } catch (NoSuchViewException | NoSuchNamespaceException gone) {
      throw changed(name);
    } catch (NotFoundException gone) {
      throw broken(name, gone);
    }
    throw new IllegalStateException("a view was listed where there are none: " + name);
  }

  private static BcnException changed(TableName name) {
    return new BcnException(
        ErrorCode.TARGET_CHANGED,
        "Cannot replace view '%s': somebody has changed it since the restore looked at it"
            .formatted(name),
        "Nothing was done to it; look at what was written, and run the restore again.");
  }

  private Optional<ViewMetadata> current(TableName name) {
    try {
      return new CatalogViews(target.catalog()).load(name);
    } catch (NotFoundException gone) {
      throw broken(name, gone);
    }
  }

  /** As it is after a commit of ours, whose file an equal restore that came second may remove. */
  private Optional<ViewMetadata> afresh(TableName name, KeptMetadata given) {
    try {
      return new CatalogViews(target.catalog()).load(name);
    } catch (NotFoundException removed) {
      given.putBackIfGone();
      return current(name);
    }
  }

  private BcnException broken(TableName name, NotFoundException gone) {
    return target.failed(
        ErrorCode.TARGET_EXISTS,
        "Cannot read the existing view '%s'".formatted(name),
        gone,
        "Drop the broken view from catalog '%s', or restore to another name."
            .formatted(target.catalog().name()));
  }

  private KeptMetadata written(ViewTarget view, byte[] bytes) {
    String location = view.metadataLocation();
    KeptMetadata given =
        new KeptMetadata(target.fileIos().at(view.place().fileIo()), location, bytes);
    try {
      given.write();
      return given;
    } catch (RuntimeException e) {
      throw TargetFailure.of(location, e, target.catalog().configuration().secrets());
    }
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
