package io.bcn.restore;

import io.bcn.format.TableName;
import java.util.regex.Pattern;

/**
 * A pattern over {@code database.table}, as {@code list} prints it: {@code *} is any text, {@code
 * ?} any one character, all else itself.
 *
 * <p>Not Java's globs, which are for paths: a name may hold what no path can.
 */
record Glob(String text) {

  boolean matches(TableName table) {
    StringBuilder regex = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(Character.toString(c)));
              }
            });
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(table.toString()).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
