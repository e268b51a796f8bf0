package io.bcn.table;

import io.bcn.table.Condition.Among;
import io.bcn.table.Condition.Compared;
import io.bcn.table.Condition.Nullness;
import io.bcn.table.FilterTokens.Kind;
import io.bcn.table.FilterTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.expressions.Expression.Operation;

/**
 * The filter of a partial backup: SQL that compares columns with literals.
 *
 * <p>Read by BCN and not by Spark, since it must mean the same for as long as the repository lives:
 * there are no functions, no current time and no session's time zone in it.
 */
public final class RowFilter {
  private static final Map<String, Operation> COMPARISONS =
      Map.of(
          "=", Operation.EQ,
          "<>", Operation.NOT_EQ,
          "!=", Operation.NOT_EQ,
          "<", Operation.LT,
          "<=", Operation.LT_EQ,
          ">", Operation.GT,
          ">=", Operation.GT_EQ);

  private final FilterTokens tokens;
  private final Condition condition;

  private RowFilter(String text) {
    this.tokens = new FilterTokens(text);
    this.condition = either();
    if (tokens.peek().kind() != Kind.END) {
      throw tokens.unexpected(tokens.peek(), "AND, OR or the end");
    }
  }

  /** <i>Fails</i> with USAGE, naming the place, where the text is no such filter. */
  public static RowFilter parse(String text) {
    return new RowFilter(text);
  }

  /** As SQL, the same for filters that differ only in spaces, quotes and upper case of keywords. */
  public String text() {
    return condition.sql();
  }

  Condition condition() {
    return condition;
  }

  private Condition either() {
    Condition left = both();
    while (tokens.takeIf("OR")) {
      left = new Condition.Or(left, both());
    }
    return left;
  }

  private Condition both() {
    Condition left = one();
    while (tokens.takeIf("AND")) {
      left = new Condition.And(left, one());
    }
    return left;
  }

  private Condition one() {
    if (tokens.takeIf("NOT")) {
      return one().negated();
    }
    if (tokens.takeIf("(")) {
      Condition inner = either();
      tokens.expect(")");
      return inner;
    }
    if (isColumn()) {
      return about(column());
    }
    FilterValue value = value();
    Operation operation = comparison();
    return new Compared(column(), operation.flipLR(), value);
  }

  private Condition about(String column) {
    if (tokens.takeIf("IS")) {
      boolean not = tokens.takeIf("NOT");
      tokens.expect("NULL");
      return new Nullness(column, not ? Operation.NOT_NULL : Operation.IS_NULL);
    }
    if (tokens.takeIf("NOT")) {
      return range(column).negated();
    }
    if (tokens.peek().is("IN") || tokens.peek().is("BETWEEN") || tokens.peek().is("LIKE")) {
      return range(column);
    }
    return new Compared(column, comparison(), value());
  }

  private Condition range(String column) {
    if (tokens.takeIf("IN")) {
      return new Among(column, Operation.IN, list());
    }
    if (tokens.takeIf("BETWEEN")) {
      Condition from = new Compared(column, Operation.GT_EQ, value());
      tokens.expect("AND");
      return new Condition.And(from, new Compared(column, Operation.LT_EQ, value()));
    }
    tokens.expect("LIKE");
    return new Compared(column, Operation.STARTS_WITH, prefix());
  }

  private List<FilterValue> list() {
    List<FilterValue> values = new ArrayList<>();
    tokens.expect("(");
    do {
      values.add(value());
    } while (tokens.takeIf(","));
    tokens.expect(")");
    return values;
  }

  private FilterValue prefix() {
    Token pattern = tokens.take();
    String text = pattern.value();
    boolean isPrefix =
        pattern.kind() == Kind.TEXT
            && text.endsWith("%")
            && text.indexOf('%') == text.length() - 1
            && text.indexOf('_') < 0
            && text.indexOf('\\') < 0;
    if (!isPrefix) {
      throw tokens.unexpected(pattern, "a pattern like 'abc%', with its only wildcard at its end,");
    }
    return new FilterValue(FilterValue.Kind.TEXT, text.substring(0, text.length() - 1));
  }

  private Operation comparison() {
    Token token = tokens.take();
    Operation operation = token.kind() == Kind.SYMBOL ? COMPARISONS.get(token.value()) : null;
    if (operation == null) {
      throw tokens.unexpected(token, "a comparison");
    }
    return operation;
  }

  /** DATE and TIMESTAMP may be columns too: they begin a literal only before a quoted text. */
  private boolean isColumn() {
    Token token = tokens.peek();
    return token.kind() == Kind.NAME || (isTyped(token) && tokens.peekBeyond().kind() != Kind.TEXT);
  }

  private String column() {
    StringBuilder column = new StringBuilder(name());
    while (tokens.takeIf(".")) {
      column.append('.').append(name());
    }
    return column.toString();
  }

  private String name() {
    Token token = tokens.take();
    if (token.kind() == Kind.NAME) {
      return token.value();
    }
    if (isTyped(token)) {
      return token.value().toLowerCase(Locale.ROOT);
    }
    throw tokens.unexpected(token, "a column");
  }

  private static boolean isTyped(Token token) {
    return token.is("DATE") || token.is("TIMESTAMP");
  }

  private FilterValue value() {
    Token token = tokens.take();
    if (token.kind() == Kind.TEXT) {
      return new FilterValue(FilterValue.Kind.TEXT, token.value());
    }
    if (token.kind() == Kind.NUMBER) {
      return new FilterValue(FilterValue.Kind.NUMBER, token.value());
    }
    if (token.is("TRUE") || token.is("FALSE")) {
      return new FilterValue(FilterValue.Kind.BOOLEAN, token.value().toLowerCase(Locale.ROOT));
    }
    if (isTyped(token) && tokens.peek().kind() == Kind.TEXT) {
      return new FilterValue(FilterValue.Kind.valueOf(token.value()), tokens.take().value());
    }
    throw tokens.unexpected(token, "a literal");
  }
}
