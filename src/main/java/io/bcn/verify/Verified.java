package io.bcn.verify;

import io.bcn.format.PitId;
import java.util.List;
import java.util.Map;

/**
 * What a verification found, and by which way each damaged object is needed.
 *
 * @param needs by the object's key, for each that is named in the summary
 */
public record Verified(VerifySummary summary, Map<String, List<Need>> needs) {

  /** A PIT that needs an object for a table or view, by the name that it has there. */
  public record Need(PitId pit, String table) {}
}
