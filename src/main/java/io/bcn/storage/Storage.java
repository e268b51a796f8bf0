package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a repository's objects live: a flat map from {@link ObjectKey} to bytes on some store.
 *
 * <p>Serializable, so that executors can use it; safe for use by many threads. An object is visible
 * whole or not at all, whatever dies meanwhile. A listing may only ever suggest; {@link #stat}
 * decides.
 *
 * <p><i>Fails</i> with a {@link io.bcn.errors.BcnException}: PERMISSION_DENIED, OUT_OF_SPACE,
 * CREDENTIALS, STORAGE_UNAVAILABLE, or FAILED, each naming the object's full location.
 */
public interface Storage extends Serializable {

  /**
   * Where objects are that are being written, or were when their process died. No other listing
   * shows them.
   */
  ObjectKey STAGED = ObjectKey.of(".tmp");

  /**
   * The longest object, in bytes, that is read as a whole: a document, or a metadata or delete file
   * of Iceberg's. A longer one in a document's place would end the process that reads it.
   */
  int LONGEST_WHOLE_BYTES = 1 << 30;

  /** The full location of the root, without a trailing slash, for people and messages. */
  String root();

  /**
   * The whole object, or empty where there is none. For documents: a few megabytes at the most.
   * <i>Fails</i> with DAMAGED above {@link #LONGEST_WHOLE_BYTES}.
   */
  Optional<byte[]> read(ObjectKey key);

  /** The object's bytes from its beginning. <i>Fails</i> with DAMAGED where there is none. */
  InputStream open(ObjectKey key);

  /** Length and time of the object, or empty where there is none. */
  Optional<ObjectStat> stat(ObjectKey key);

  /**
   * Creates the object exclusively: of any number of callers, in any processes, exactly one gets
   * true.
   *
   * <p><i>Atomicity</i>: one step; the object is visible with all its bytes or not at all. False
   * leaves what is there.
   */
  boolean create(ObjectKey key, byte[] bytes);

  /**
   * Shows, before a repository is made there, that {@link #create} is exclusive: for stores of one
   * protocol that differ in it. Nothing is left behind.
   *
   * <p><i>Fails</i> with UNSUPPORTED where it is not.
   */
  default void proveExclusiveCreates() {}

  /** What a user is told of a storage that overwrote what {@link #create} should have left. */
  static BcnException overwrites(Storage storage) {
    return new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot use storage '%s': the store overwrites what a conditional write (If-None-Match) should leave"
            .formatted(storage.root()),
        "Use a store that honours it, as AWS and MinIO do: without it two backups could commit one PIT.");
  }

  /**
   * Puts the object in place of whatever is there.
   *
   * <p><i>Atomicity</i>: a reader sees the old or the new bytes whole. Not exclusive: the last
   * writer wins.
   */
  void replace(ObjectKey key, byte[] bytes);

  /**
   * Opens a new object of any length. It becomes visible by {@link ObjectWriter#commit}, in place
   * of whatever is there.
   */
  ObjectWriter write(ObjectKey key);

  /** Whether to ask the store for copies from there or to there: it is in the same store. */
  default boolean canCopy(S3Address place, long lengthBytes) {
    return false;
  }

  /**
   * Lets the store copy from a place that {@link #canCopy} takes, in place of whatever is there;
   * none of the bytes pass through here.
   *
   * <p><i>Atomicity</i>: as {@link #replace}. Any outcome but {@link StoreCopy.Made} may leave an
   * object that nothing vouches for: to be written over, not to be deleted.
   */
  default StoreCopy copy(S3Address source, ObjectKey key) {
    throw new UnsupportedOperationException("this storage copies nothing by itself");
  }

  /** The other way: from here to a place that {@link #canCopy} takes. */
  default StoreCopy copy(ObjectKey key, S3Address target) {
    throw new UnsupportedOperationException("this storage copies nothing by itself");
  }

  /** All objects below a prefix, at any depth, in no particular order. To be closed. */
  Stream<ObjectStat> list(ObjectKey prefix);

  /** Removes the object; none there is no error. */
  void delete(ObjectKey key);
}
