package io.bcn.table;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Names like one that was not found: for a hint, as most misses are slips of the hand. */
final class NearNames {
  private static final int MOST = 3;

  private NearNames() {}

  static String hint(String wanted, Collection<?> existing) {
    List<String> near =
        existing.stream()
            .map(Object::toString)
            .map(
                name ->
                    Map.entry(
                        distance(wanted.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT)),
                        name))
            .filter(entry -> entry.getKey() <= Math.max(2, wanted.length() / 3))
            .sorted(
                Map.Entry.<Integer, String>comparingByKey()
                    .thenComparing(Map.Entry::getValue, Comparator.naturalOrder()))
            .limit(MOST)
            .map(Map.Entry::getValue)
            .toList();
    if (near.isEmpty()) {
      return existing.isEmpty()
          ? "There is none at all: check that the catalog is the right one."
          : "Names near it: none; there are %d.".formatted(existing.size());
    }
    return near.stream().collect(Collectors.joining("', '", "Did you mean '", "'?"));
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
