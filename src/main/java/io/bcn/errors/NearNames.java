package io.bcn.errors;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Names like one that was not found: for a hint, as most misses are slips of the hand. */
public final class NearNames {
  private static final int MOST = 3;

  private NearNames() {}

  /**
   * {@code Did you mean 'a', 'b'?}, of the names that are nearest; empty where none is near.
   * Letters in the wrong case are near, and so is a name with its catalog before it.
   */
  public static Optional<String> question(String wanted, Collection<?> existing) {
    String given = wanted.toLowerCase(Locale.ROOT);
    TreeMap<Integer, List<String>> bySlips =
        existing.stream()
            .map(Object::toString)
            .distinct()
            .sorted()
            .collect(
                Collectors.groupingBy(
                    name -> slips(given, name.toLowerCase(Locale.ROOT)),
                    TreeMap::new,
                    Collectors.toList()));
    int most = Math.min(given.length() - 1, Math.max(1, given.length() / 3));
    return Optional.ofNullable(bySlips.firstEntry())
        .filter(nearest -> nearest.getKey() <= most)
        .map(
            nearest ->
                nearest.getValue().stream()
                    .limit(MOST)
                    .collect(Collectors.joining("', '", "Did you mean '", "'?")));
  }

  /**
   * How many characters to insert, delete, replace, or swap with their neighbours (the distance of
   * Damerau and Levenshtein, in its restricted form).
   */
  private static int slips(String a, String b) {
    if (a.endsWith("." + b)) {
      return 1;
    }
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
