/**
 * A backup: request → plan (cut, what changed, which files are new) → copy → commit.
 *
 * <p>{@link io.bcn.backup.Backup} is the one place that has that order; start there. Imports {@code
 * table}, {@code copy}, {@code repository} and what they stand on; never {@code restore} or {@code
 * cli}.
 */
package io.bcn.backup;
