package io.bcn.errors;

/**
 * A failure that the user can act on: printed as its message and a hint, never as a stack trace.
 *
 * <p>The message reads {@code Cannot <verb> <thing> '<value>': <reason>}; the hint is one sentence
 * that the user can act on. Neither may hold a secret. A defect of BCN is an {@link
 * IllegalStateException} or {@link IllegalArgumentException} instead.
 */
public class BcnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String hint;

  public BcnException(ErrorCode code, String message, String hint) {
    this(code, message, hint, null);
  }

  public BcnException(ErrorCode code, String message, String hint, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
  }

  public ErrorCode code() {
    return code;
  }

  /** One sentence that the user can act on. */
  public String hint() {
    return hint;
  }
}
