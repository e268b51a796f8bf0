package io.bcn.storage;

import io.bcn.format.ObjectKey;
import io.bcn.storage.StorageFailure.Action;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/** A staged file on HDFS: published by a rename with or without overwriting. */
final class HdfsStagedFile implements StagedFile {
  /** How often a rename is tried whose folder somebody else removes, empty, at the same time. */
  private static final int ATTEMPTS = 20;

  private final HdfsRoot root;
  private final Path target;
  private final Path staged;
  private final OutputStream bytes;
  private boolean published;

  HdfsStagedFile(HdfsRoot root, ObjectKey key) throws IOException {
    this.root = root;
    this.target = root.path(key);
    this.staged = root.path(LocalStorage.STAGED.resolve(UUID.randomUUID().toString()));
    // syncBlock: DataNodes sync a block to their disks when it ends, not only to their page caches.
    this.bytes =
        root.client().createFile(staged).create().overwrite(false).recursive().syncBlock().build();
  }

  @Override
  public OutputStream bytes() {
    return bytes;
  }

  @Override
  public void seal() throws IOException {
    bytes.close();
  }

  @Override
  public void publish() throws IOException {
    rename(Rename.OVERWRITE);
  }

  @Override
  public boolean publishIfAbsent() throws IOException {
    try {
      return rename(Rename.NONE);
    } catch (FileAlreadyExistsException taken) {
      return false;
    }
  }

  /** Makes the folder only once the rename misses it: one request for most objects. */
  private boolean rename(Rename mode) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        root.client().rename(staged, target, mode);
        published = true;
        return true;
      } catch (FileNotFoundException noFolder) {
        if (attempt == ATTEMPTS) {
          throw noFolder;
        }
        root.client().mkdirs(target.getParent());
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (published) {
      return;
    }
    // The file goes even if its pipeline is broken: the store would keep it open for the lease's
    // time.
    Action<Boolean> delete = () -> root.client().delete(staged, false);
    try {
      bytes.close();
    } catch (IOException brokenPipeline) {
      delete.run();
      throw brokenPipeline;
    }
    delete.run();
  }
}
