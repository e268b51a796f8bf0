package io.bcn.cli;

import io.bcn.format.TableStatus;
import java.util.Locale;

/** How an object stands in a PIT. */
enum ObjectStatus {
  /** Present, and changed since the parent PIT or new. */
  ACTIVE,
  /** Present in the parent PIT's very state. */
  UNCHANGED,
  /** Absent, and present in an ancestor. */
  DELETED,
  /** Present in the source, and not stored. */
  FAILED;

  static ObjectStatus of(TableStatus status) {
    return switch (status) {
      case ACTIVE -> ACTIVE;
      case UNCHANGED -> UNCHANGED;
      case FAILED -> FAILED;
    };
  }

  /** What the user gave, in any case. <i>Fails</i> with USAGE. */
  static ObjectStatus parse(String text) {
    for (ObjectStatus status : values()) {
      if (status.name().equals(text.toUpperCase(Locale.ROOT))) {
        return status;
      }
    }
    throw UsageProblem.flag(
        ListCommand.STATUS.toString(),
        "'%s' is no status".formatted(text),
        "Choose ACTIVE, UNCHANGED, DELETED or FAILED.");
  }
}
