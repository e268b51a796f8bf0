package io.bcn.table;

import io.bcn.copy.FileRow;
import java.io.InputStream;
import java.io.Serializable;

/**
 * Where the bytes of a table's files are: at their source, or in a repository. Used on executors.
 */
public interface TableFiles extends Serializable {

  /**
   * The file's bytes from its beginning.
   *
   * <p><i>Fails</i> with SOURCE_MISSING or DAMAGED where there is no such file, naming it.
   */
  InputStream open(FileRow file);
}
