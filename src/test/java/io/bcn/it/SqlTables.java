package io.bcn.it;

import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types;

/** Tables written by Spark SQL. */
record SqlTables(Lake lake) implements TableWriter {

  @Override
  public String name() {
    return "sql";
  }

  @Override
  public void create(String table, Shape shape) {
    lake.sql(
        "CREATE TABLE @.%s (id BIGINT, word STRING, part STRING) USING iceberg%s%s TBLPROPERTIES (%s)"
            .formatted(
                table,
                shape.partitioned() ? " PARTITIONED BY (part)" : "",
                shape.location().map(" LOCATION '%s'"::formatted).orElse(""),
                shape.allProperties().entrySet().stream()
                    .map(entry -> "'%s'='%s'".formatted(entry.getKey(), entry.getValue()))
                    .collect(Collectors.joining(","))));
  }

  @Override
  public void append(String table, String part, long from, long to) {
    String columns =
        lake.load(table).schema().columns().stream()
            .map(column -> value(column, part))
            .collect(Collectors.joining(", "));
    lake.sql(
        "INSERT INTO @.%s SELECT %s FROM range(%d, %d, 1, 1)"
            .formatted(table, columns, from, to + 1));
  }

  private static String value(Types.NestedField column, String part) {
    return switch (column.name()) {
      case "id" -> "id";
      case "part" -> "'%s'".formatted(part);
      case "word" -> "concat('word-', id)";
      default -> "NULL";
    };
  }

  @Override
  public void delete(String table, long... ids) {
    lake.sql(
        "DELETE FROM @.%s WHERE id IN (%s)"
            .formatted(
                table,
                LongStream.of(ids).mapToObj(String::valueOf).collect(Collectors.joining(","))));
  }
}
