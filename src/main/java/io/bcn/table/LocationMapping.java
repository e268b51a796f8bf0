package io.bcn.table;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where each location of a table goes in a restore to another place: the one function that all
 * rewritten files share.
 *
 * <p>A location below a source root goes to the same place below its target root; the longest root
 * wins. What lies below no root, or has a part {@code ..} below it, lands in the external target,
 * under a name that its full location makes unique: nothing is placed outside the target, whatever
 * a repository says. Prefixes are matched on path boundaries and across spellings of one store (see
 * {@link Place}); what follows the root is carried over character by character, never decoded. The
 * same mapping maps a location to the same place in every process.
 *
 * <p>A mapping whose roots all map to themselves is the identity: then files outside the roots keep
 * their place, too.
 */
public final class LocationMapping implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A folder of the source and the folder that takes its place. Trailing slashes do not count. */
  public record Root(String source, String target) implements Serializable {
    public Root {
      source = withoutTrailingSlash(source);
      target = withoutTrailingSlash(target);
    }
  }

  /** A root, taken apart once for millions of locations. */
  private record Move(Place source, String target, boolean isIdentity) implements Serializable {
    Move(Root root) {
      this(Place.of(root.source()), root.target(), root.source().equals(root.target()));
    }
  }

  private final List<Move> longestFirst;
  private final String externalTarget;
  private final boolean identity;

  /**
   * <i>Fails</i> with an {@link IllegalArgumentException} where one source root has two targets:
   * which one would win would be chance.
   */
  public LocationMapping(List<Root> roots, String externalTarget) {
    this.longestFirst =
        roots.stream()
            .distinct()
            .map(Move::new)
            .sorted(
                Comparator.comparingInt((Move move) -> move.source().path().length()).reversed())
            .toList();
    this.externalTarget = withoutTrailingSlash(externalTarget);
    this.identity = longestFirst.stream().allMatch(Move::isIdentity);
    longestFirst.forEach(this::checkOneTarget);
  }

  /** Every location stays where it is. */
  public static LocationMapping identity() {
    return new LocationMapping(List.of(), "");
  }

  public boolean isIdentity() {
    return identity;
  }

  /** The location's place in the target. */
  public String map(String location) {
    if (identity) {
      return location;
    }
    Place place = Place.of(location);
    for (Move move : longestFirst) {
      Optional<String> rest = place.below(move.source());
      if (rest.isPresent()) {
        return move.target() + rest.get();
      }
    }
    return externalTarget + "/" + LocationHash.forName(location) + "-" + Place.baseName(location);
  }

  /** Whether the location lies below one of the source roots, or is one. */
  public boolean covers(String location) {
    Place place = Place.of(location);
    return longestFirst.stream().anyMatch(move -> place.below(move.source()).isPresent());
  }

  /**
   * Whether a text that is not a location itself (SQL, JSON, a list) holds a source root that
   * moves.
   */
  public boolean mentionsSource(String text) {
    return longestFirst.stream()
        .filter(move -> !move.isIdentity())
        .anyMatch(move -> move.source().isMentionedIn(text));
  }

  private void checkOneTarget(Move move) {
    for (Move other : longestFirst) {
      boolean samePlace = other.source().below(move.source()).equals(Optional.of(""));
      if (samePlace && !other.target().equals(move.target())) {
        throw new IllegalArgumentException(
            "two targets for '%s': '%s' and '%s'"
                .formatted(move.source().path(), move.target(), other.target()));
      }
    }
  }

  private static String withoutTrailingSlash(String location) {
    int end = location.length();
    while (end > 0 && location.charAt(end - 1) == '/') {
      end--;
    }
    return location.substring(0, end);
  }
}
