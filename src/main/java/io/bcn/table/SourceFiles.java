package io.bcn.table;

import io.bcn.copy.FileRow;
import java.io.InputStream;
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
}
