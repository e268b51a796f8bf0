package io.bcn.table;

import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.view.BaseView;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;

/** A catalog's views, for reading; none where the catalog has no views. */
record CatalogViews(IcebergCatalog catalog) {

  /** The views right in the database, sorted; none where it is gone. */
  List<TableName> in(DatabaseName database) {
    if (!(catalog.iceberg() instanceof ViewCatalog views)) {
      return List.of();
    }
    return catalog.list(
        "views of database",
        database,
        namespace -> {
          try {
            return views.listViews(namespace);
          } catch (UnsupportedOperationException oldJdbcSchema) {
            return List.of();
          }
        });
  }

  /** One listed view's state; empty where there is none any more. */
  Optional<PinState> look(TableName name) {
    try {
      return load(name).map(metadata -> pinned(name, metadata));
    } catch (RuntimeException failure) {
      ErrorCode code = CatalogFailure.code(failure);
      String reason = CatalogFailure.reason(failure, catalog.configuration().secrets());
      return Optional.of(
          new UnreadableTable(name, code, "Cannot read view '%s': %s".formatted(name, reason)));
    }
  }

  private PinState pinned(TableName name, ViewMetadata metadata) {
    // What a REST catalog serves is the view; its clients may have no access to the file.
    String served = catalog.kind().equals("rest") ? ViewMetadataParser.toJson(metadata) : "";
    return new PinnedView(name, metadata.uuid(), metadata.metadataFileLocation(), served);
  }

  /** <i>Fails</i> as Iceberg does where the metadata can't be read. */
  Optional<ViewMetadata> load(TableName name) {
    if (!(catalog.iceberg() instanceof ViewCatalog views)) {
      return Optional.empty();
    }
    try {
      View view = views.loadView(Identifiers.table(name));
      if (view instanceof BaseView base) {
        return Optional.ofNullable(base.operations().current());
      }
      throw new UnsupportedOperationException(
          "a %s keeps its metadata to itself".formatted(view.getClass().getName()));
    } catch (NoSuchViewException | NoSuchNamespaceException gone) {
      return Optional.empty();
    }
  }
}
