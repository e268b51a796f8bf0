/**
 * A restore, the mirror image of a backup: request → plan (what exists, conflicts, mapping) → copy
 * → rewrite → register last.
 *
 * <p>{@link io.bcn.restore.Restore} is the one place that has that order; start there. Never
 * imports {@code backup} or {@code cli}.
 */
package io.bcn.restore;
