/**
 * Whether a repository still has what its PITs need: every damaged object, named with the tables
 * and PITs that it hits.
 *
 * <p>Imports {@code repository}, {@code storage}, {@code copy}, {@code format} and {@code errors}.
 * Start at {@link io.bcn.verify.Verification}; {@link io.bcn.verify.NamingDocuments} is the way
 * from PITs to objects, {@link io.bcn.verify.CheckObjects} the look at each.
 */
package io.bcn.verify;
