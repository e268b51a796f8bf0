package io.bcn.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The classes of a child JVM as they lay in its memory when it ended: the next ones start in half
 * the time.
 */
final class ClassArchive {
  private static final String MADE_AT_EXIT = "-XX:ArchiveClassesAtExit=";

  /** Java tells of each class that it leaves out, on stdout. */
  private static final String SILENT = "-Xlog:disable";

  private static Path ready;

  private ClassArchive() {}

  /** What the program needs of a class path; Java archives no classes of a folder. */
  static String jarsOf(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** For a child that has those jars; the first ones make the archive. */
  static synchronized List<String> flags(String jars) {
    if (Arrays.stream(jars.split(File.pathSeparator)).anyMatch(jar -> !jar.endsWith(".jar"))) {
      return List.of();
    }
    if (ready != null) {
      return List.of("-XX:SharedArchiveFile=" + ready, SILENT);
    }
    try {
      Path archive = Files.createTempDirectory("bcn-classes-").resolve("classes.jsa");
      archive.getParent().toFile().deleteOnExit();
      archive.toFile().deleteOnExit();
      return List.of(MADE_AT_EXIT + archive, SILENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes what a child has made, if it was to make an archive and ended well. */
  static synchronized void takeFrom(List<String> command) {
    command.stream()
        .filter(flag -> flag.startsWith(MADE_AT_EXIT))
        .map(flag -> Path.of(flag.substring(MADE_AT_EXIT.length())))
        .filter(Files::exists)
        .findFirst()
        .ifPresent(archive -> ready = archive);
  }
}
