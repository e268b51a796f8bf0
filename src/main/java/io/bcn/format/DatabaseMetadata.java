package io.bcn.format;

import java.util.Map;

/** {@code database_metadata.json}: the database as the newest PIT saw it. Derived. */
public record DatabaseMetadata(String version, DatabaseName name, Map<String, String> properties) {
  public DatabaseMetadata {
    Documents.required(version, "version");
    Documents.required(name, "name");
    properties = Sorted.map(properties);
  }
}
