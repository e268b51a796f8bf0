package io.bcn.errors;

/**
 * Why a verb ended, as the number that the process exits with.
 *
 * <p>The numbers are a contract with schedulers and scripts: one is never reused for another
 * meaning. 10–17, 50–59 and 101 belong to YARN and Spark.
 */
public enum ErrorCode {
  FAILED(1),
  USAGE(2),
  PARTIAL(3),
  REPOSITORY_MISSING(20),
  LOCKED(21),
  CREDENTIALS(22),
  FORMAT_TOO_NEW(23),
  DAMAGED(24),
  NOT_FOUND(25),
  SCOPE_MISMATCH(26),
  UNSUPPORTED(27),
  TARGET_EXISTS(28),
  SOURCE_CHANGING(29),
  STORAGE_UNAVAILABLE(30),
  OUT_OF_SPACE(31),
  PERMISSION_DENIED(32),
  SOURCE_MISSING(33),
  TARGET_CHANGED(34);

  private final int exitCode;

  ErrorCode(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The process exit code, 1 to 34. */
  public int exitCode() {
    return exitCode;
  }
}
