package io.bcn.table;

import java.util.List;

/**
 * How rows of one table fit into another.
 *
 * @param readingSchema JSON: the schema under which Iceberg reads the source's files as rows of the
 *     target: the target's columns, under the source's field ids
 * @param columns one entry for each of the target's columns that can be filled, nested ones too
 * @param differences why they do not fit; where there is one, the reading schema is of no use
 */
public record SchemaMatch(
    String readingSchema, List<ColumnMatch> columns, List<String> differences) {
  public SchemaMatch {
    columns = List.copyOf(columns);
    differences = List.copyOf(differences);
  }
}
