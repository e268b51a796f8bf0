package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.stream.Stream;

/** A staged file on a local disk: published by a rename, or, exclusively, by a hard link. */
final class LocalStagedFile implements StagedFile {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final LocalRoot root;
  private final Path target;
  private final Path staged;
  private final FileChannel channel;
  private final OutputStream bytes;

  LocalStagedFile(LocalRoot root, ObjectKey key) throws IOException {
    this.root = root;
    this.target = root.path(key);
    this.staged = root.path(LocalStorage.STAGED.resolve(UUID.randomUUID().toString()));
    this.channel = root.within(staged.getParent(), () -> create(staged));
    this.bytes = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public OutputStream bytes() {
    return bytes;
  }

  @Override
  public void seal() throws IOException {
    bytes.flush();
    channel.force(true);
    channel.close();
  }

  @Override
  public void publish() throws IOException {
    root.within(
        target.getParent(), () -> Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE));
    LocalRoot.force(target.getParent());
  }

  @Override
  public boolean publishIfAbsent() throws IOException {
    try {
      root.within(target.getParent(), () -> Files.createLink(target, staged));
    } catch (FileAlreadyExistsException taken) {
      if (!isPublished()) {
        return false;
      }
    } catch (UnsupportedOperationException e) {
      throw withoutLinks(e);
    } catch (FileSystemException e) {
      if (saysNoLinks(e)) {
        throw withoutLinks(e);
      }
      throw e;
    }
    LocalRoot.force(target.getParent());
    return true;
  }

  /**
   * A network file system may answer a repeated request with "exists" although the first one made
   * our link.
   */
  private boolean isPublished() throws IOException {
    try {
      return Files.isSameFile(staged, target);
    } catch (NoSuchFileException deletedMeanwhile) {
      return false;
    }
  }

  /** No Java exception of its own stands for a file system that has no hard links. */
  static boolean saysNoLinks(FileSystemException failure) {
    String reason = String.valueOf(failure.getReason());
    return Stream.of(
            "Operation not permitted",
            "Operation not supported",
            "Function not implemented",
            "Invalid cross-device link")
        .anyMatch(reason::contains);
  }

  private BcnException withoutLinks(Exception cause) {
    return new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot create object '%s': this file system has no hard links, which an exclusive create needs"
            .formatted(target),
        "Put the repository on a file system with hard links, such as ext4, XFS, Btrfs, ZFS, APFS or NFS.",
        cause);
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(staged);
  }
}
