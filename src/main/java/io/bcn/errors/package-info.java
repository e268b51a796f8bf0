/**
 * How BCN fails: one exception for what its user can act on, with an exit code, a message and a
 * hint; and the hint that most misses need.
 *
 * <p>Importable by every package, imports none. Start at {@link io.bcn.errors.BcnException}.
 */
package io.bcn.errors;
