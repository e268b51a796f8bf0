package io.bcn.format;

/** How a PIT holds a table. */
public enum TableStatus {
  /** In the source, and changed since the parent PIT or new. */
  ACTIVE,
  /** In the source with the very state that the parent PIT has. */
  UNCHANGED,
  /** In the source, and not stored: the PIT is incomplete. */
  FAILED
}
