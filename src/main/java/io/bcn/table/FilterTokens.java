package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a filter, read one after the other. */
final class FilterTokens {
  /** Nested parentheses are read by recursion; no filter of a partition is as long as this. */
  private static final int LONGEST = 4000;

  private static final Set<String> KEYWORDS =
      Set.of(
          "AND",
          "OR",
          "NOT",
          "IN",
          "IS",
          "NULL",
          "BETWEEN",
          "LIKE",
          "TRUE",
          "FALSE",
          "DATE",
          "TIMESTAMP");

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<text>'(?:[^']|'')*')|(?<quoted>`(?:[^`]|``)+`)|(?<number>-?\\d+(?:\\.\\d+)?)"
              + "|(?<word>[\\p{L}_][\\p{L}\\p{N}_]*)|(?<symbol><=|>=|<>|!=|[=<>(),.]))");

  /** What a word is. */
  enum Kind {
    TEXT,
    NUMBER,
    NAME,
    KEYWORD,
    SYMBOL,
    END
  }

  /**
   * One word.
   *
   * @param value without its quotes; of a keyword in upper case
   * @param start where it begins in the filter
   */
  record Token(Kind kind, String value, int start) {
    boolean is(String keywordOrSymbol) {
      return (kind == Kind.KEYWORD || kind == Kind.SYMBOL) && value.equals(keywordOrSymbol);
    }
  }

  private final String filter;
  private final List<Token> tokens = new ArrayList<>();
  private int next;

  FilterTokens(String filter) {
    this.filter = filter;
    if (filter.length() > LONGEST) {
      throw unusable("it is longer than %d characters".formatted(LONGEST));
    }
    Matcher matcher = TOKEN.matcher(filter);
    int at = 0;
    int end = filter.stripTrailing().length();
    while (at < end) {
      if (!matcher.region(at, end).lookingAt()) {
        throw unexpected(new Token(Kind.SYMBOL, "", at), "a name, a value or an operator");
      }
      tokens.add(token(matcher));
      at = matcher.end();
    }
    tokens.add(new Token(Kind.END, "", end));
  }

  private static Token token(Matcher found) {
    if (found.group("text") != null) {
      return new Token(Kind.TEXT, unquoted(found.group("text"), "'"), found.start("text"));
    }
    if (found.group("quoted") != null) {
      return new Token(Kind.NAME, unquoted(found.group("quoted"), "`"), found.start("quoted"));
    }
    if (found.group("number") != null) {
      return new Token(Kind.NUMBER, found.group("number"), found.start("number"));
    }
    if (found.group("symbol") != null) {
      return new Token(Kind.SYMBOL, found.group("symbol"), found.start("symbol"));
    }
    String word = found.group("word");
    String upper = word.toUpperCase(Locale.ROOT);
    boolean keyword = KEYWORDS.contains(upper);
    return new Token(
        keyword ? Kind.KEYWORD : Kind.NAME, keyword ? upper : word, found.start("word"));
  }

  private static String unquoted(String text, String quote) {
    return text.substring(1, text.length() - 1).replace(quote + quote, quote);
  }

  static boolean isKeyword(String word) {
    return KEYWORDS.contains(word.toUpperCase(Locale.ROOT));
  }

  Token peek() {
    return tokens.get(next);
  }

  /** The word after the next. */
  Token peekBeyond() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = peek();
    next = Math.min(next + 1, tokens.size() - 1);
    return token;
  }

  boolean takeIf(String keywordOrSymbol) {
    boolean there = peek().is(keywordOrSymbol);
    if (there) {
      take();
    }
    return there;
  }

  void expect(String keywordOrSymbol) {
    if (!takeIf(keywordOrSymbol)) {
      throw unexpected(peek(), "'" + keywordOrSymbol + "'");
    }
  }

  BcnException unexpected(Token found, String expected) {
    String rest = filter.substring(found.start()).strip();
    String where = rest.isEmpty() ? "at its end" : "at '%s'".formatted(rest);
    return unusable("%s is expected %s".formatted(expected, where));
  }

  BcnException unusable(String reason) {
    return unusable(filter, reason);
  }

  static BcnException unusable(String filter, String reason) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot use filter \"%s\": %s".formatted(filter, reason),
        "Compare columns with literals, like: day >= DATE'2026-01-01' AND region IN ('eu', 'us').");
  }
}
