package io.bcn.cli;

import io.bcn.format.TableState;
import java.util.Optional;

/** What a result for people says of a partial backup; of a whole one there is nothing to say. */
final class CoverageText {
  private CoverageText() {}

  static Optional<String> of(String coverage) {
    return coverage.equals(TableState.COVERS_ALL)
        ? Optional.empty()
        : Optional.of("PARTIAL: only the rows where " + coverage);
  }
}
