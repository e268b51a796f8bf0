package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.iceberg.io.FileIO;

/** Reads the metadata files of pinned views. Safe for many threads. */
public final class ViewFiles implements AutoCloseable {
  private final FileIO io;

  private ViewFiles(FileIO io) {
    this.io = io;
  }

  public static ViewFiles of(IcebergCatalog catalog) {
    return new ViewFiles(catalog.configuration().fileIo());
  }

  /**
   * The metadata file's own bytes, of a REST catalog what it served.
   *
   * <p><i>Fails</i> with SOURCE_MISSING where the file is gone, DAMAGED where it is not the pinned
   * view's, or with what the storage says.
   */
  public byte[] bytes(PinnedView view) {
    byte[] bytes =
        view.served().isEmpty()
            ? read(view.metadataLocation())
            : view.served().getBytes(StandardCharsets.UTF_8);
    ViewMetadataFile metadata = ViewMetadataFile.parse(view.metadataLocation(), bytes);
    if (!metadata.uuid().equals(view.uuid())) {
      throw Damage.of(
          ViewMetadataFile.THING,
          view.metadataLocation(),
          "it is of view %s, and that of '%s' is %s"
              .formatted(metadata.uuid(), view.name(), view.uuid()));
    }
    return bytes;
  }

  private byte[] read(String location) {
    try (InputStream in = new SourceStream(location, io)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new BcnException(
          ErrorCode.FAILED,
          "Cannot read source file '%s': %s".formatted(location, e.getMessage()),
          "Run the backup again.",
          e);
    }
  }

  @Override
  public void close() {
    io.close();
  }
}
