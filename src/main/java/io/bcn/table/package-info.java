/**
 * Iceberg as BCN sees it: catalogs, the pinned state of their tables, the files that a state
 * reaches, their rewriting for another place, and registration.
 *
 * <p>The only user of Iceberg's classes, beside {@code copy}'s use of FileIO; imports {@code
 * errors}, {@code format}, {@code storage} and {@code copy}. Start at {@link
 * io.bcn.table.CatalogCut} for reading, at {@link io.bcn.table.TargetCatalog} for restoring, and at
 * {@link io.bcn.table.LocationMapping} for the rewriting.
 */
package io.bcn.table;
