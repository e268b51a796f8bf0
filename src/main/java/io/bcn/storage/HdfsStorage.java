package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * Objects as files below a folder of HDFS.
 *
 * <p><i>Atomicity</i>: an object is written to {@code .tmp/<uuid>}, synced by its DataNodes block
 * by block, and then renamed: to create it, without {@code OVERWRITE}, which fails where the name
 * is taken; to replace it, with it. Each is one transaction of the NameNode, which also recognises
 * a rename that is sent twice. {@link org.apache.hadoop.fs.FileSystem}'s plain {@code rename} and
 * {@code create} promise neither on most other stores, which is why only HDFS itself is accepted.
 *
 * <p>The bytes of an object that is replaced while it is read may go from under the reader: {@link
 * #read} reads again.
 *
 * <p>A dead process leaves its {@code .tmp} file behind. No listing but that of {@link
 * LocalStorage#STAGED} shows it.
 */
record HdfsStorage(HdfsRoot folder) implements Storage {
  private static final int READS = 5;

  @Override
  public String root() {
    return folder.location();
  }

  @Override
  public Optional<byte[]> read(ObjectKey key) {
    return StorageFailure.translated("read object", folder.location(key), () -> readWhole(key));
  }

  private Optional<byte[]> readWhole(ObjectKey key) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Optional<FSDataInputStream> opened = opened(key);
      if (opened.isEmpty()) {
        return Optional.empty();
      }
      try (InputStream bytes = opened.get()) {
        return Optional.of(WholeObject.read(folder.location(key), bytes));
      } catch (IOException replacedMeanwhile) {
        if (attempt == READS) {
          throw replacedMeanwhile;
        }
      }
    }
  }

  /**
   * Empty where there is no object. Only here: what is not found while reading was replaced, and is
   * not missing.
   */
  private Optional<FSDataInputStream> opened(ObjectKey key) throws IOException {
    try {
      return Optional.of(folder.client().open(folder.path(key)));
    } catch (FileNotFoundException noneOrFolder) {
      return Optional.empty();
    }
  }

  @Override
  public InputStream open(ObjectKey key) {
    String location = folder.location(key);
    InputStream bytes =
        StorageFailure.translated("read object", location, () -> opened(key))
            .orElseThrow(() -> LocalStorage.missing(location));
    return new TranslatedInput(location, bytes);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return StorageFailure.translated(
        "look up object",
        folder.location(key),
        () -> status(key).filter(FileStatus::isFile).map(file -> stat(key, file)));
  }

  private Optional<FileStatus> status(ObjectKey key) throws IOException {
    try {
      return Optional.of(folder.client().getFileStatus(folder.path(key)));
    } catch (FileNotFoundException none) {
      return Optional.empty();
    }
  }

  private static ObjectStat stat(ObjectKey key, FileStatus file) {
    return new ObjectStat(key, file.getLen(), Instant.ofEpochMilli(file.getModificationTime()));
  }

  @Override
  public boolean create(ObjectKey key, byte[] bytes) {
    try (StagedWriter writer = write(key)) {
      writer.write(bytes);
      return writer.commitIfAbsent();
    }
  }

  @Override
  public void replace(ObjectKey key, byte[] bytes) {
    try (StagedWriter writer = write(key)) {
      writer.write(bytes);
      writer.commit();
    }
  }

  @Override
  public StagedWriter write(ObjectKey key) {
    return new StagedWriter(folder.location(key), () -> new HdfsStagedFile(folder, key));
  }

  @Override
  public Stream<ObjectStat> list(ObjectKey prefix) {
    String location = folder.location(prefix);
    Optional<FileStatus> start =
        StorageFailure.translated("list objects below", location, () -> status(prefix));
    return start
        .filter(FileStatus::isDirectory)
        .map(below -> TreeWalk.files(location, new HdfsTree(folder), below))
        .orElseGet(Stream::empty)
        .map(file -> stat(folder.key(file.getPath()), file));
  }

  @Override
  public void delete(ObjectKey key) {
    Path path = folder.path(key);
    StorageFailure.translated(
        "delete object",
        folder.location(key),
        () -> status(key).filter(FileStatus::isFile).isPresent() && delete(path));
  }

  private boolean delete(Path path) throws IOException {
    DistributedFileSystem client = folder.client();
    boolean deleted = client.delete(path, false);
    try {
      // A flat map has no empty folders. Fails where something is left in one, which ends the way
      // up.
      Path parent = path.getParent();
      while (!parent.equals(folder.path()) && client.delete(parent, false)) {
        parent = parent.getParent();
      }
    } catch (PathIsNotEmptyDirectoryException inUse) {
      return deleted;
    }
    return deleted;
  }
}
