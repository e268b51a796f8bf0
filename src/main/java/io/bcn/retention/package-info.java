/**
 * What a repository no longer needs: which objects no PIT reaches, and their end.
 *
 * <p>Imports {@code repository}, {@code storage}, {@code copy}, {@code format} and {@code errors}.
 * Start at {@link io.bcn.retention.GarbageCollection}; {@link io.bcn.retention.Reach} is what PITs
 * reach, {@link io.bcn.retention.StoredObjects} what the store has.
 */
package io.bcn.retention;
