package io.bcn.format;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Names as no catalog should have them, and some have. */
final class AnyName {
  private static final List<String> AWKWARD =
      List.of(
          ".", "..", "`", "``", " ", "a", "A", "é", "É", "e\u0301", "ß", "ẞ", "İ", "ı", "名", "😀",
          "%", "%2E", "~", "/", "\\", ":", "*", "?", "=", "$", "'", "\"", "-", "_", "0", "\u00a0",
          "\u202e", "\ufeff");

  private AnyName() {}

  /** One name: awkward pieces or any characters, never blank, never with a control character. */
  static Arbitrary<String> part() {
    Arbitrary<String> awkward = Arbitraries.of(AWKWARD);
    Arbitrary<String> any =
        Arbitraries.integers()
            .between(0x20, Character.MAX_CODE_POINT)
            .filter(AnyName::isAllowed)
            .map(Character::toString);
    Arbitrary<String> piece = Arbitraries.frequencyOf(Tuple.of(4, awkward), Tuple.of(1, any));
    return piece
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(pieces -> pieces.stream().collect(Collectors.joining()))
        .filter(name -> !name.isBlank());
  }

  static Arbitrary<DatabaseName> database() {
    return part().list().ofMinSize(1).ofMaxSize(4).map(DatabaseName::new);
  }

  static Arbitrary<TableName> table() {
    return database().flatMap(database -> part().map(name -> new TableName(database, name)));
  }

  private static boolean isAllowed(int codePoint) {
    return Character.getType(codePoint) != Character.CONTROL
        && Character.getType(codePoint) != Character.SURROGATE
        && codePoint != 0x2028
        && codePoint != 0x2029;
  }
}
