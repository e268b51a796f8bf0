package io.bcn.table;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The secret values of a configuration, so that they can be taken out of a text before anybody sees
 * it.
 */
record Secrets(Collection<String> values) {
  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "(?i)passw|pwd|secret|token|credential|access.?key|account.?key|api.?key|private|sas\\b|signature");
  private static final Pattern PASSWORD_IN_URI = Pattern.compile("//[^/@:?#]*:([^/@]+)@");
  private static final Pattern PARAMETER = Pattern.compile("[?&;]([^=&;]+)=([^&;]*)");
  private static final String MASK = "***";

  /** A shorter value is no secret worth its name, and masking it would garble every message. */
  private static final int SHORTEST = 3;

  Secrets {
    values = List.copyOf(values);
  }

  /** What is secret by its key's name, or stands in a URI as password or secret parameter. */
  static Secrets of(Map<String, String> properties) {
    TreeSet<String> found =
        new TreeSet<>(
            Comparator.comparing(String::length).reversed().thenComparing(value -> value));
    properties.forEach(
        (key, value) -> secretsOf(key, value).filter(Secrets::isWorthMasking).forEach(found::add));
    return new Secrets(found);
  }

  /** The properties in which nothing is secret, for a document that many may read. */
  static SortedMap<String, String> leftOutOf(Map<String, String> properties) {
    SortedMap<String, String> left = new TreeMap<>(properties);
    left.entrySet()
        .removeIf(
            entry -> secretsOf(entry.getKey(), entry.getValue()).anyMatch(Secrets::isWorthMasking));
    return left;
  }

  private static Stream<String> secretsOf(String key, String value) {
    if (SECRET_KEY.matcher(key).find()) {
      return Stream.of(value);
    }
    return Stream.concat(
        PASSWORD_IN_URI.matcher(value).results().map(match -> match.group(1)),
        PARAMETER
            .matcher(value)
            .results()
            .filter(match -> SECRET_KEY.matcher(match.group(1)).find())
            .map(match -> match.group(2)));
  }

  private static boolean isWorthMasking(String value) {
    return value.length() >= SHORTEST && !value.equals("true") && !value.equals("false");
  }

  /** The text with each secret value masked; the longest first, as one may be a part of another. */
  String mask(String text) {
    String masked = text;
    for (String value : values) {
      masked =
          Pattern.compile(value, Pattern.LITERAL)
              .matcher(masked)
              .replaceAll(Matcher.quoteReplacement(MASK));
    }
    return masked;
  }

  /** Whether any message of the failure, or of its causes, holds a secret. */
  boolean standIn(Throwable failure) {
    return CatalogFailure.chain(failure)
        .map(String::valueOf)
        .anyMatch(text -> !mask(text).equals(text));
  }
}
