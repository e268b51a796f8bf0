package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that all of the demo happens in: a kept one, or a temporary one that close removes.
 */
final class DemoFolder implements AutoCloseable {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path path;
  private final Lifetime lifetime;

  private enum Lifetime {
    KEPT,
    TEMPORARY
  }

  private DemoFolder(Path path, Lifetime lifetime) {
    this.path = path;
    this.lifetime = lifetime;
    if (lifetime == Lifetime.TEMPORARY) {
      // For a demo that is interrupted.
      Runtime.getRuntime().addShutdownHook(new Thread(this::removeAtExit, "bcn-demo-removal"));
    }
  }

  /** <i>Fails</i> with USAGE where the folder to keep is not a new or an empty one. */
  static DemoFolder open(Optional<String> keep) {
    if (keep.isPresent()) {
      return new DemoFolder(empty(keep.get()), Lifetime.KEPT);
    }
    return new DemoFolder(temporary(), Lifetime.TEMPORARY);
  }

  private static Path empty(String folder) {
    Path path = Path.of(folder).toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      try (Stream<Path> files = Files.list(path)) {
        if (files.findAny().isPresent()) {
          throw cannotKeep(folder, "it is not empty");
        }
      }
      return path;
    } catch (FileAlreadyExistsException e) {
      throw cannotKeep(folder, "it is a file");
    } catch (IOException e) {
      throw cannotKeep(folder, "it cannot be created or read (" + e + ")");
    }
  }

  private static BcnException cannotKeep(String folder, String reason) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot keep the demo in '%s': %s".formatted(folder, reason),
        "Give a folder that is empty or does not exist yet.");
  }

  private static Path temporary() {
    // A short name, as the demo prints it often; Java's own temporary names have 20 digits.
    Path path =
        Path.of(System.getProperty("java.io.tmpdir"), "bcn-demo-" + ProcessHandle.current().pid());
    try {
      return Files.exists(path)
          ? Files.createTempDirectory("bcn-demo-")
          : Files.createDirectory(path, OWNER_ONLY);
    } catch (IOException e) {
      throw new BcnException(
          ErrorCode.FAILED,
          "Cannot create folder '%s': %s".formatted(path, e),
          "Give the demo a folder with --keep DIR.",
          e);
    }
  }

  boolean isKept() {
    return lifetime == Lifetime.KEPT;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() {
    if (lifetime == Lifetime.TEMPORARY) {
      remove();
    }
  }

  private void removeAtExit() {
    try {
      remove();
    } catch (UncheckedIOException e) {
      // Spark is ending too and may still write; there is nobody left to tell.
    }
  }

  private void remove() {
    if (Files.notExists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
