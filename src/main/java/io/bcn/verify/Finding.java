package io.bcn.verify;

import io.bcn.format.PitId;
import java.util.List;
import java.util.Optional;

/**
 * A damaged object and what it means.
 *
 * @param object its key
 * @param kind a kind of the inventory, or PIT_MANIFEST, TABLE_STATE, INVENTORY, VIEW_METADATA
 * @param location where the source had it; empty for what BCN itself made
 * @param sha256 what its bytes should have; empty of a PIT manifest whose digest stands nowhere
 * @param tables tables and views that need it, by all names that they have in these PITs; none for
 *     a PIT manifest, which is all of its tables
 * @param pits the PITs that need it, oldest first
 * @param firstPit the first of them
 * @param hint what to do
 */
public record Finding(
    String object,
    String kind,
    String location,
    String sha256,
    Problem problem,
    String message,
    List<String> tables,
    List<PitId> pits,
    Optional<PitId> firstPit,
    String hint) {}
