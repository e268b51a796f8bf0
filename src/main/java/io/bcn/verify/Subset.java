package io.bcn.verify;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of all objects, chosen by a hash of their keys: the same objects each time, whatever else
 * a repository gains. The parts {@code 1/M} to {@code M/M} together are all objects, each once.
 *
 * @param text as the user gave it, for people
 * @param from the first of the hash's values, below {@code of}
 * @param until the first that is no more in it
 */
public record Subset(String text, long from, long until, long of) implements Serializable {
  /** All objects. */
  public static final Subset ALL = new Subset("100%", 0, 1, 1);

  private static final Pattern PART = Pattern.compile("(\\d{1,6})/(\\d{1,6})");
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,4})?)%");
  private static final BigDecimal FINEST_OF_PERCENT = BigDecimal.valueOf(10_000);
  private static final int HASH_DIGITS = 15;

  /** Parses {@code N/M}, the Nth of M equal parts, or {@code X%}. <i>Fails</i> with USAGE. */
  public static Subset parse(String text) {
    Matcher part = PART.matcher(text);
    if (part.matches()) {
      return part(text, Long.parseLong(part.group(1)), Long.parseLong(part.group(2)));
    }
    Matcher percent = PERCENT.matcher(text);
    if (percent.matches()) {
      return percent(text, new BigDecimal(percent.group(1)).multiply(FINEST_OF_PERCENT));
    }
    throw invalid(text, "it is no part like 3/7 and no percentage like 10%");
  }

  private static Subset part(String text, long number, long parts) {
    if (number < 1 || number > parts) {
      throw invalid(text, "the parts are 1/%d to %d/%d".formatted(parts, parts, parts));
    }
    return new Subset(text, number - 1, number, parts);
  }

  private static Subset percent(String text, BigDecimal share) {
    long all = 100 * FINEST_OF_PERCENT.longValueExact();
    long until = share.longValueExact();
    if (until < 1 || until > all) {
      throw invalid(text, "it is not more than 0% and at most 100%");
    }
    return new Subset(text, 0, until, all);
  }

  private static BcnException invalid(String text, String reason) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot read subset '%s': %s".formatted(text, reason),
        "Give 1/7 today and 2/7 tomorrow, or a percentage, which is the same objects each time.");
  }

  public boolean isAll() {
    return until - from == of;
  }

  boolean has(String key) {
    if (isAll()) {
      return true;
    }
    String digest = Documents.sha256(key.getBytes(StandardCharsets.UTF_8));
    long value = Long.parseLong(digest.substring(0, HASH_DIGITS), 16) % of;
    return from <= value && value < until;
  }
}
