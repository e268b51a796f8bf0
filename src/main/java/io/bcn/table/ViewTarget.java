package io.bcn.table;

import java.util.UUID;

/**
 * Where one view goes, and as which view.
 *
 * @param metadataLocation the fresh, private metadata file that is registered
 */
public record ViewTarget(
    Placement place, String metadataLocation, LocationMapping mapping, UUID uuid) {}
