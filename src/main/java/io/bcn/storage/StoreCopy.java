package io.bcn.storage;

/** What came of asking a store to copy an object by itself. */
public sealed interface StoreCopy {

  /**
   * The copy is there, and the store vouches for it.
   *
   * @param sha256 the store's own, over the bytes that it wrote; lower-case hex
   */
  record Made(long lengthBytes, String sha256) implements StoreCopy {}

  /** There is no such object. */
  record NoSource() implements StoreCopy {}

  /**
   * The store does not do it, and would not for others of that bucket; something unproven may lie
   * where the copy was to be.
   */
  record Declined(String reason) implements StoreCopy {}
}
