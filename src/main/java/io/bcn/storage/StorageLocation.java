package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a user says that a repository is: a local path, {@code file:}, {@code hdfs:} or {@code
 * s3:}.
 *
 * <p>Written in one way: a local path is absolute and has no scheme; {@code s3a:} and {@code s3n:}
 * are {@code s3:}; none ends with a slash. Nothing is URL-decoded, as in Hadoop: a percent sign
 * stands for itself.
 */
public record StorageLocation(String value) implements Serializable {
  /** Two letters at least: one is a drive of Windows. */
  private static final Pattern URI =
      Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]+):(//(?<authority>[^/]*))?(?<path>.*)");

  static final String S3 = "s3://";

  /** Names of one store: which one a table's locations have depends on who wrote them. */
  private static final List<String> S3_SCHEMES = List.of("s3", "s3a", "s3n");

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
   * @param settings Hadoop's, over those of the class path's {@code *-site.xml}, and those of
   *     {@link S3Settings}; travel with the storage to executors
   */
  public Storage open(Map<String, String> settings) {
    if (value.startsWith("/")) {
      if (Files.isRegularFile(Path.of(value))) {
        throw invalid(value, "it is a file");
      }
      return new LocalStorage(new LocalRoot(value));
    }
    if (value.startsWith(S3)) {
      checkSdk();
      return new S3Storage(S3Root.of(value, settings));
    }
    Map<String, String> hadoop = new TreeMap<>(settings);
    hadoop.keySet().removeAll(S3Settings.KEYS);
    return new HdfsStorage(HdfsRoot.of(value, hadoop));
  }

  /** Here and not where the first request is sent: before any work. */
  private void checkSdk() {
    try {
      Class.forName("software.amazon.awssdk.services.s3.S3Client");
    } catch (ClassNotFoundException e) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot open storage '%s': the class path has no AWS SDK".formatted(value),
          "Add iceberg-aws-bundle to Spark's jars, as operations.md says; Amazon EMR has the SDK.",
          e);
    }
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
    if (S3_SCHEMES.contains(scheme)) {
      return S3 + bucket(text, authority) + (parts(path).isEmpty() ? "" : folder(text, path));
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

  private static String bucket(String text, String authority) {
    if (authority.isEmpty()) {
      throw invalid(text, "there is no bucket after 's3://'");
    }
    return authority;
  }

  private static String absolute(String path) {
    try {
      return Path.of(path).toAbsolutePath().toString();
    } catch (InvalidPathException e) {
      throw invalid(path, "this process's locale has no such paths");
    }
  }

  private static String folder(String text, String path) {
    Deque<String> parts = parts(path);
    if (parts.isEmpty()) {
      throw invalid(text, "it is the root of the file system");
    }
    return "/" + String.join("/", parts);
  }

  private static Deque<String> parts(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return parts;
  }

  private static BcnException invalid(String text, String reason) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot use location '%s': %s".formatted(text, reason),
        "Give a folder as an absolute path, as hdfs://<name node>/<path>, or as s3://<bucket>/<path>.");
  }

  @Override
  public String toString() {
    return value;
  }
}
