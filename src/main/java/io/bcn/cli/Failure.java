package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;

/** How a verb failed, as it is told to the user. */
record Failure(ErrorCode error, String message, String hint, boolean isDefect) {
  private static final int LONGEST_CHAIN = 100;

  /** The JSON form of an error. */
  record Document(String schemaVersion, String error, int code, String message, String hint) {}

  /**
   * The first of our own in the chain of causes, as Spark wraps what executors throw; else a
   * defect.
   */
  static Failure of(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < LONGEST_CHAIN; depth++) {
      if (cause instanceof BcnException known) {
        return new Failure(known.code(), known.getMessage(), known.hint(), false);
      }
      cause = cause.getCause();
    }
    return new Failure(
        ErrorCode.FAILED,
        "%s; this is a defect of BCN".formatted(firstLine(thrown)),
        "Report it with the stack trace that stderr has.",
        true);
  }

  private static String firstLine(Throwable thrown) {
    return thrown.toString().lines().findFirst().orElse(thrown.getClass().getName());
  }

  int code() {
    return error.exitCode();
  }

  Document document() {
    return new Document("1", error.name(), code(), message, hint);
  }

  String text() {
    return "Error: %s%nHint: %s%n".formatted(message, hint);
  }
}
