package io.bcn.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that was probably meant: most misses are slips of the hand. */
final class NearName {
  private NearName() {}

  /** The nearest name, where one is near enough. */
  static Optional<String> among(Collection<?> names, String wanted) {
    String given = wanted.toLowerCase(Locale.ROOT);
    return names.stream()
        .map(Object::toString)
        .filter(name -> distance(given, name.toLowerCase(Locale.ROOT)) <= given.length() / 3)
        .min(
            Comparator.comparingInt((String name) -> distance(given, name.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Levenshtein's distance: how many characters to insert, delete or replace. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
