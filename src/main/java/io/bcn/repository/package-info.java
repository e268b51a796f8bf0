/**
 * The promises: what is visible when, who may write, what a commit is.
 *
 * <p>Imports {@code format}, {@code storage} and {@code errors}, and of Spark only as much as it
 * takes to read inventories on executors ({@link io.bcn.repository.InventoryRows}). Start at {@link
 * io.bcn.repository.Repository}; {@link io.bcn.repository.PitClaim} is the lock and the commit.
 */
package io.bcn.repository;
