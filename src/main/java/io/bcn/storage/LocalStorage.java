package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Objects as files below a folder of a local disk, or of a mounted network file system.
 *
 * <p><i>Atomicity</i>: an object is written to {@code .tmp/<uuid>}, synced to the disk, and then
 * gets its name: by a hard link to create it, which fails where the name is taken, by a rename to
 * replace it. Both are one step on POSIX file systems, and by NFS. Where there are no hard links
 * (FAT, some mounts in user space), {@link #create} fails with UNSUPPORTED: Java's other exclusive
 * creates show an empty file first, and locks are not seen by other hosts.
 *
 * <p>A dead process leaves its {@code .tmp} file behind. No listing but that of {@link #STAGED}
 * shows it.
 *
 * <p>Symbolic links that lead out of the folder are refused with DAMAGED; no link is listed.
 */
record LocalStorage(LocalRoot folder) implements Storage {
  @Override
  public String root() {
    return folder.folder();
  }

  @Override
  public Optional<byte[]> read(ObjectKey key) {
    return onObject("read object", key, path -> whole(key, path));
  }

  private byte[] whole(ObjectKey key, Path path) throws IOException {
    WholeObject.checkLength(folder.location(key), Files.size(path));
    return Files.readAllBytes(path);
  }

  @Override
  public InputStream open(ObjectKey key) {
    String location = folder.location(key);
    InputStream bytes =
        onObject("read object", key, Files::newInputStream).orElseThrow(() -> missing(location));
    return new TranslatedInput(location, bytes);
  }

  private static BcnException noFile(String location) {
    return new BcnException(
        ErrorCode.DAMAGED,
        "Cannot use object '%s': it is no regular file".formatted(location),
        "Put the object itself in its place; run 'bcn verify' to see what is damaged.");
  }

  static BcnException missing(String location) {
    return new BcnException(
        ErrorCode.DAMAGED,
        "Cannot read object '%s': there is none".formatted(location),
        "Run 'bcn verify' on the repository to see what else is missing.");
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return onObject(
        "look up object",
        key,
        path -> stat(key, Files.readAttributes(path, BasicFileAttributes.class)));
  }

  private static ObjectStat stat(ObjectKey key, BasicFileAttributes attributes) {
    return new ObjectStat(key, attributes.size(), attributes.lastModifiedTime().toInstant());
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
    return new StagedWriter(folder.location(key), () -> new LocalStagedFile(folder, key));
  }

  @Override
  public Stream<ObjectStat> list(ObjectKey prefix) {
    Path path = folder.path(prefix);
    return TreeWalk.files(folder.location(prefix), new LocalTree(), LocalTree.folder(path))
        .map(file -> stat(folder.key(file.path()), file.attributes()));
  }

  @Override
  public void delete(ObjectKey key) {
    Path path = folder.path(key);
    StorageFailure.translated("delete object", folder.location(key), () -> delete(path));
  }

  private boolean delete(Path path) throws IOException {
    try {
      boolean deleted = !Files.isDirectory(path) && Files.deleteIfExists(path);
      if (deleted) {
        folder.pruneAbove(path);
      }
      return deleted;
    } catch (DirectoryNotEmptyException madeMeanwhile) {
      return false;
    }
  }

  @FunctionalInterface
  private interface FileAction<T> {
    T on(Path file) throws IOException;
  }

  /**
   * Runs the action on the object's file; empty where there is no such file. A folder is no object.
   *
   * <p><i>Fails</i> with DAMAGED where it is neither: who opens a pipe waits for ever.
   */
  private <T> Optional<T> onObject(String verb, ObjectKey key, FileAction<T> action) {
    Path path = folder.path(key);
    return StorageFailure.translated(
        verb,
        folder.location(key),
        () -> {
          try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
              return Optional.empty();
            }
            if (attributes.isOther()) {
              throw noFile(folder.location(key));
            }
            return Optional.of(action.on(path));
          } catch (NoSuchFileException none) {
            return Optional.empty();
          }
        });
  }
}
