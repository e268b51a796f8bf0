package io.bcn.table;

import io.bcn.copy.FileRow;
import io.bcn.format.FileKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Stored files, where metadata files name only what their table's {@link Extent} has: so a walk
 * finds just that.
 *
 * @param extents by the number of the table; all others are whole
 */
public record LimitedTables(TableFiles stored, Map<Integer, Extent> extents) implements TableFiles {
  private static final long serialVersionUID = 1L;

  public LimitedTables {
    extents = Map.copyOf(extents);
  }

  @Override
  public InputStream open(FileRow file) {
    InputStream in = stored.open(file);
    if (file.kind() != FileKind.METADATA || !extents.containsKey(file.table())) {
      return in;
    }
    try (in) {
      return new ByteArrayInputStream(
          MetadataFile.parse(file.location(), in.readAllBytes())
              .limitedTo(extents.get(file.table())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
