package io.bcn.verify;

import io.bcn.format.PitId;
import io.bcn.repository.Repository;
import java.util.Optional;

/**
 * What to look at.
 *
 * @param pit only what this one reaches; else what all committed PITs reach
 * @param subset which objects; documents are always read
 */
public record VerifyRequest(
    Repository repository, Optional<PitId> pit, Level level, Subset subset) {}
