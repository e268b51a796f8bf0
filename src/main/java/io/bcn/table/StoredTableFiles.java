package io.bcn.table;

import io.bcn.copy.FileRow;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.ObjectKey;
import io.bcn.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/**
 * Files in a repository, found by the key on their row; each is read whole and checked before a
 * byte of it is used (promise 5). For metadata and delete files, which fit into memory.
 */
public final class StoredTableFiles implements TableFiles {
  private static final long serialVersionUID = 1L;

  private final Storage storage;

  public StoredTableFiles(Storage storage) {
    this.storage = storage;
  }

  @Override
  public InputStream open(FileRow file) {
    return new ByteArrayInputStream(bytes(file));
  }

  byte[] bytes(FileRow file) {
    byte[] bytes =
        storage.read(new ObjectKey(file.key())).orElseThrow(() -> damaged(file, "it is missing"));
    if (!Documents.sha256(bytes).equals(file.sha256())) {
      throw damaged(file, "its bytes are not those that were stored (sha256 differs)");
    }
    return bytes;
  }

  BcnException damaged(FileRow file, String reason) {
    return new BcnException(
        ErrorCode.DAMAGED,
        "Cannot read object '%s/%s' (of '%s'): %s"
            .formatted(storage.root(), file.key(), file.location(), reason),
        "Restore an earlier PIT, or leave the table out with --exclude.");
  }
}
