package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;

/** What is wrong with a command line; exit code 2. */
final class UsageProblem {
  private UsageProblem() {}

  static BcnException of(String problem, String hint) {
    return new BcnException(ErrorCode.USAGE, problem, hint);
  }

  static BcnException flag(String asGiven, String reason, String hint) {
    return of("Cannot read option '%s': %s".formatted(asGiven, reason), hint);
  }

  static String helpOn(Usage usage) {
    return "'bcn %s --help' lists its options.".formatted(usage.verb());
  }
}
