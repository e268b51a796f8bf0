package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;

/** The words for a file of a table that is there but is not what it should be. */
final class Damage {
  private static final String HINT =
      "The file is damaged or was written by something that breaks Iceberg's format; "
          + "take another snapshot or PIT, or run 'bcn verify' if it comes from a repository.";

  private Damage() {}

  /** A DAMAGED failure: {@code Cannot read <thing> '<location>': <reason>}. */
  static BcnException of(String thing, String location, String reason) {
    return new BcnException(ErrorCode.DAMAGED, message(thing, location, reason), HINT);
  }

  static BcnException of(String thing, String location, Throwable cause) {
    return new BcnException(
        ErrorCode.DAMAGED, message(thing, location, reason(cause)), HINT, cause);
  }

  private static String message(String thing, String location, String reason) {
    return "Cannot read %s '%s': %s".formatted(thing, location, reason);
  }

  private static String reason(Throwable cause) {
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return text.lines().findFirst().orElse(cause.getClass().getSimpleName());
  }
}
