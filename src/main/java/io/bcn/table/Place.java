package io.bcn.table;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A location taken apart, so that spellings of one place compare as equal: {@code s3}, {@code s3a}
 * and {@code s3n}; {@code file:/x}, {@code file:///x} and {@code /x}; {@code hdfs} with and without
 * an authority.
 *
 * <p>The path is raw: it is never decoded, and doubled slashes inside it stay, for in an object
 * store they are part of the key.
 */
record Place(String scheme, String authority, String path) implements Serializable {
  private static final Pattern LOCATION =
      Pattern.compile("(?s)(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/]*))?(.*)");
  private static final List<String> S3_SCHEMES = List.of("s3", "s3a", "s3n");
  private static final String NO_SCHEME = "";

  static Place of(String location) {
    Matcher matcher = LOCATION.matcher(location);
    if (!matcher.matches()) {
      throw new IllegalStateException("the pattern matches every text: " + location);
    }
    String authority = matcher.group(2) == null ? "" : matcher.group(2);
    if (matcher.group(1) == null && !authority.isEmpty()) {
      // No scheme but two slashes: a path like "//x", not an authority.
      return new Place(NO_SCHEME, "", location);
    }
    String scheme =
        matcher.group(1) == null ? NO_SCHEME : canonical(matcher.group(1).toLowerCase(Locale.ROOT));
    return new Place(scheme, scheme.equals("file") ? "" : authority, matcher.group(3));
  }

  /**
   * What follows the root in this place's path, with its slash; empty text for the root itself;
   * nothing outside it, and nothing where a part {@code ..} may lead out of it.
   */
  Optional<String> below(Place root) {
    if (!path.startsWith(root.path) || !sharesStoreWith(root)) {
      return Optional.empty();
    }
    String rest = path.substring(root.path.length());
    if ((rest + "/").contains("/../")) {
      return Optional.empty();
    }
    return rest.isEmpty() || rest.startsWith("/") ? Optional.of(rest) : Optional.empty();
  }

  /** Whether the text holds this place, in any spelling, ending on a path boundary. */
  boolean isMentionedIn(String text) {
    return mention().matcher(text).find();
  }

  /** The last part of a location, for people. */
  static String baseName(String location) {
    int end = location.length();
    while (end > 1 && location.charAt(end - 1) == '/') {
      end--;
    }
    return location.substring(location.lastIndexOf('/', end - 1) + 1, end);
  }

  private boolean sharesStoreWith(Place other) {
    if (scheme.equals(other.scheme)) {
      return authority.equals(other.authority)
          || (scheme.equals("hdfs") && oneLacksAuthority(other));
    }
    // A bare path means the default file system, which is HDFS or the local disk.
    return (scheme.equals(NO_SCHEME) && other.isPathOnly())
        || (other.scheme.equals(NO_SCHEME) && isPathOnly());
  }

  private boolean oneLacksAuthority(Place other) {
    return authority.isEmpty() || other.authority.isEmpty();
  }

  private boolean isPathOnly() {
    return scheme.equals("file") || scheme.equals("hdfs");
  }

  private Pattern mention() {
    String start =
        scheme.equals(NO_SCHEME) || isPathOnly()
            ? "(?:(?<![\\w.%+=-])|(?i:hdfs)://[^/\\s]*)"
            : "(?i:"
                + (scheme.equals("s3") ? "s3[an]?" : Pattern.quote(scheme))
                + ")://"
                + Pattern.quote(authority);
    // A dot ends a sentence, or goes on in a longer name.
    return Pattern.compile(start + Pattern.quote(path) + "(?!\\.?[\\w%+=@$(-])");
  }

  private static String canonical(String scheme) {
    return S3_SCHEMES.contains(scheme) ? "s3" : scheme;
  }
}
