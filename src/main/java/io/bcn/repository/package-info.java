/**
 * The promises: what is visible when, who may write, what a commit is.
 *
 * <p>Imports {@code format}, {@code storage} and {@code errors}, knows nothing of Spark or Iceberg.
 * Start at {@link io.bcn.repository.Repository}; {@link io.bcn.repository.PitClaim} is the lock and
 * the commit.
 */
package io.bcn.repository;
