package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a user says that a repository is: a local path, {@code file:} or {@code hdfs:}.
 *
 * <p>Written in one way: a local path is absolute and has no scheme; none ends with a slash.
 * Nothing is URL-decoded, as in Hadoop: a percent sign stands for itself.
 */
public record StorageLocation(String value) implements Serializable {
  /** Two letters at least: one is a drive of Windows. */
  private static final Pattern URI =
      Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]+):(//(?<authority>[^/]*))?(?<path>.*)");

  public StorageLocation {
    value = normalized(value);
  }

  /**
   * Reads what a user gave.
   *
   * <p><i>Fails</i> with USAGE where it is empty, relative after a scheme, the root of a file
   * system, on a named host of {@code file:}, or holds a user's name.
   */
  public static StorageLocation parse(String text) {
    return new StorageLocation(text);
  }

  /**
   * Opens the storage there; connects to nothing yet, creates nothing.
   *
   * <p><i>Fails</i> with UNSUPPORTED for a store that cannot create an object exclusively, and
   * where the scheme is unknown; with USAGE for a plain file of a local disk.
   *
   * @param hadoopSettings over those of the class path's {@code *-site.xml}; travel with the
   *     storage to executors
   */
  public Storage open(Map<String, String> hadoopSettings) {
    if (value.startsWith("/")) {
      if (Files.isRegularFile(Path.of(value))) {
        throw invalid(value, "it is a file");
      }
      return new LocalStorage(new LocalRoot(value));
    }
    return new HdfsStorage(HdfsRoot.of(value, hadoopSettings));
  }

  private static String normalized(String text) {
    if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
      throw invalid(text.replaceAll("\\p{Cntrl}", "?"), "it is empty or holds a control character");
    }
    Matcher uri = URI.matcher(text);
    if (!uri.matches()) {
      return folder(text, absolute(text));
    }
    String scheme = uri.group("scheme").toLowerCase(Locale.ROOT);
    String authority = Optional.ofNullable(uri.group("authority")).orElse("");
    String path = uri.group("path");
    if (authority.contains("@")) {
      throw invalid(text.replace(authority, "…"), "it holds a user's name or password");
    }
    if (!path.startsWith("/")) {
      throw invalid(text, "there is no absolute path after '" + scheme + ":'");
    }
    if (!scheme.equals("file")) {
      return scheme + "://" + authority + folder(text, path);
    }
    if (!authority.isEmpty()) {
      throw invalid(text, "'" + authority + "' would be another host's disk");
    }
    return folder(text, absolute(path));
  }

  private static String absolute(String path) {
    try {
      return Path.of(path).toAbsolutePath().toString();
    } catch (InvalidPathException e) {
      throw invalid(path, "this process's locale has no such paths");
    }
  }

  private static String folder(String text, String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    if (parts.isEmpty()) {
      throw invalid(text, "it is the root of the file system");
    }
    return "/" + String.join("/", parts);
  }

  private static BcnException invalid(String text, String reason) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot use location '%s': %s".formatted(text, reason),
        "Give a folder as an absolute path, or as hdfs://<name node>/<path>.");
  }

  @Override
  public String toString() {
    return value;
  }
}
