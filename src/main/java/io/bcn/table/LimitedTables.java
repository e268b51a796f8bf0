package io.bcn.table;

import io.bcn.copy.FileRow;
import io.bcn.format.FileKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;

/**
 * Stored files, where metadata files name only what their table's {@link Extent} has: so a walk
 * finds just that. A table that can't go to its target fails here, before anything is written.
 *
 * @param targets by the number of the table
 */
public record LimitedTables(TableFiles stored, Broadcast<Map<Integer, TableTarget>> targets)
    implements TableFiles {
  private static final long serialVersionUID = 1L;

  /** <i>Fails</i> with UNSUPPORTED for the metadata file of an encrypted table that would move. */
  @Override
  public InputStream open(FileRow file) {
    InputStream in = stored.open(file);
    TableTarget target = targets.value().get(file.table());
    if (file.kind() != FileKind.METADATA
        || (target.placed().isWhole() && target.mapping().isIdentity())) {
      return in;
    }
    try (in) {
      MetadataFile metadata = MetadataFile.parse(file.location(), in.readAllBytes());
      metadata.checkMoves(target.mapping());
      return new ByteArrayInputStream(metadata.limitedTo(target.placed()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
