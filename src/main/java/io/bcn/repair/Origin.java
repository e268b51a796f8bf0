package io.bcn.repair;

import io.bcn.copy.FileRow;
import io.bcn.format.ObjectKey;
import io.bcn.storage.Storage;
import io.bcn.table.SourceFiles;
import java.io.InputStream;
import java.io.Serializable;

/** Where an object's bytes may still be. */
sealed interface Origin extends Serializable {

  /** The bytes. <i>Fails</i> where there are none. */
  InputStream open();

  /** Under a key of another repository. */
  record InRepository(Storage storage, String key) implements Origin {
    @Override
    public InputStream open() {
      return storage.open(new ObjectKey(key));
    }
  }

  /** Where the source had it. */
  record AtSource(SourceFiles files, FileRow row) implements Origin {
    @Override
    public InputStream open() {
      return files.open(row);
    }
  }
}
