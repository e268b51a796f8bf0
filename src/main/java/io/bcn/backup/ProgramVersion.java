package io.bcn.backup;

import java.util.Optional;

/** Which BCN wrote a PIT. */
final class ProgramVersion {
  private ProgramVersion() {}

  /** The application jar's version; {@code development} outside a jar. */
  static String text() {
    return "bcn "
        + Optional.ofNullable(ProgramVersion.class.getPackage().getImplementationVersion())
            .orElse("development");
  }
}
