package io.bcn.table;

import io.bcn.copy.FileRow;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.InputStream;
import org.apache.iceberg.exceptions.NotFoundException;
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
    try {
      return fileIos.value().at(file.io()).newInputFile(file.location()).newStream();
    } catch (NotFoundException e) {
      throw new BcnException(
          ErrorCode.SOURCE_MISSING,
          "Cannot read source file '%s': it does not exist".formatted(file.location()),
          "The table names it and it is gone: if the table can be read, look whether a clean-up removed it; else back up"
              + " again.",
          e);
    } catch (RuntimeException e) {
      throw new BcnException(
          CatalogFailure.code(e),
          "Cannot read source file '%s': %s".formatted(file.location(), e.getMessage()),
          "Check that the machines that run BCN can read the table's storage.",
          e);
    }
  }
}
