package io.bcn.copy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.Serializable;

/** Why one file could not be read or copied: a value, collected per table, never a failed job. */
public record FileProblem(ErrorCode code, String message, String hint) implements Serializable {
  private static final String SEPARATOR = "\n";

  public static FileProblem of(BcnException e) {
    return new FileProblem(e.code(), e.getMessage(), e.hint());
  }

  public static FileProblem parse(String encoded) {
    String[] parts = encoded.split(SEPARATOR, 3);
    return new FileProblem(ErrorCode.valueOf(parts[0]), parts[1], parts[2]);
  }

  /** As one text column of a {@link FileRow}. */
  public String encoded() {
    return code + SEPARATOR + oneLine(message) + SEPARATOR + oneLine(hint);
  }

  public BcnException toException() {
    return new BcnException(code, message, hint);
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }
}
