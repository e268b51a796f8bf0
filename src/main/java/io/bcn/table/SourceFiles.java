package io.bcn.table;

import io.bcn.copy.FileRow;
import io.bcn.storage.S3Address;
import java.io.InputStream;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;

/** Files at the source, each read through its own table's FileIO. Never writes (promise 8). */
public final class SourceFiles implements TableFiles {
  private static final long serialVersionUID = 1L;

  private final Broadcast<FileIos> fileIos;

  public SourceFiles(Broadcast<FileIos> fileIos) {
    this.fileIos = fileIos;
  }

  @Override
  public InputStream open(FileRow file) {
    return new SourceStream(file.location(), fileIos.value().at(file.io()));
  }

  /** The object of an S3 store that the file is, where that can be told. */
  public Optional<S3Address> object(FileRow file) {
    return ObjectOfFile.of(fileIos.value().at(file.io()), file.location());
  }
}
