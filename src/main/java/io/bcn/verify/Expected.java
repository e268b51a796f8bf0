package io.bcn.verify;

import io.bcn.copy.FileRow;
import io.bcn.format.FileKind;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;

/**
 * An object as a document names it.
 *
 * @param by the {@link #id} of that document; of a PIT manifest the PIT's id
 * @param table whose it is, where a PIT manifest names it; else empty
 * @param kind a kind of the inventory, or one of the constants here
 * @param location where the source had it; empty for what BCN itself made
 * @param lengthBytes {@link FileRow#UNKNOWN_LENGTH} where the document does not say it
 */
record Expected(
    String by,
    String table,
    String key,
    String kind,
    String location,
    long lengthBytes,
    String sha256)
    implements Told {
  private static final long serialVersionUID = 1L;

  static final String PIT = "PIT_MANIFEST";
  static final String STATE = "TABLE_STATE";
  static final String PART = "INVENTORY";
  static final String VIEW = "VIEW_METADATA";

  /** A document, which has no recorded length. */
  static Expected document(String by, String table, ObjectRef ref, String kind, String location) {
    return new Expected(
        by, table, ref.key().value(), kind, location, FileRow.UNKNOWN_LENGTH, ref.sha256());
  }

  /** Tells it from another object that should stand under the same key. */
  String id() {
    return id(key, sha256);
  }

  static String id(String key, String sha256) {
    return sha256 + " " + key;
  }

  ObjectRef ref() {
    return new ObjectRef(new ObjectKey(key), sha256);
  }

  boolean is(String what) {
    return kind.equals(what);
  }

  /** Whether it names no other object that would have to be looked at first. */
  boolean isLeaf() {
    return !is(STATE) && !is(PART);
  }

  /** As a row that is balanced over tasks by its bytes, in the order of keys. */
  FileRow toRow() {
    FileKind fileKind = is(VIEW) ? FileKind.METADATA : FileKind.valueOf(kind);
    return FileRow.stored(0, location, fileKind, lengthBytes, key, sha256);
  }

  /** Of two that name the same object the one that says more. */
  Expected orLonger(Expected other) {
    return other.lengthBytes > lengthBytes ? other : this;
  }
}
