package io.bcn.format;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * {@code catalog_metadata.json}: the catalog as the newest PIT saw it. Derived, for people and for
 * restore defaults.
 */
public record CatalogMetadata(
    String version,
    String name,
    String kind,
    Map<String, String> properties,
    List<DatabaseName> databases) {
  public CatalogMetadata {
    Documents.required(version, "version");
    Documents.required(name, "name");
    Documents.required(kind, "kind");
    properties = Sorted.map(properties);
    databases = Sorted.list(databases, Comparator.naturalOrder());
  }
}
