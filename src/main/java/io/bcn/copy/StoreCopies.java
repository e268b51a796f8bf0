package io.bcn.copy;

import io.bcn.format.ObjectKey;
import io.bcn.storage.S3Address;
import io.bcn.storage.Storage;
import io.bcn.storage.StoreCopy;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The route on which the store copies by itself, between a repository and tables in the same store.
 *
 * <p>To be broadcast once a run: then each JVM remembers which buckets' files the store does not
 * copy, and asks no second time. Safe for many threads. A file that this route does not bring is
 * streamed, so that its errors are those of streaming.
 */
public final class StoreCopies implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Storage storage;

  /** Why, by {@code from bucket '…'} or {@code into bucket '…'}. */
  private final Map<String, String> declined = new ConcurrentHashMap<>();

  public StoreCopies(Storage storage) {
    this.storage = storage;
  }

  /** Whether the store is asked to copy that file here: what metadata says the length of. */
  public boolean takes(S3Address source, long lengthBytes) {
    return takes(source, lengthBytes, from(source));
  }

  /** Whether the store is asked to copy an object of that length to there. */
  public boolean gives(S3Address target, long lengthBytes) {
    return takes(target, lengthBytes, into(target));
  }

  private boolean takes(S3Address place, long lengthBytes, String way) {
    return lengthBytes != FileRow.UNKNOWN_LENGTH
        && storage.canCopy(place, lengthBytes)
        && !declined.containsKey(way);
  }

  private static String from(S3Address source) {
    return "from bucket '%s'".formatted(source.bucket());
  }

  private static String into(S3Address target) {
    return "into bucket '%s'".formatted(target.bucket());
  }

  /**
   * Lets the store copy the file; empty where it has to be streamed to the same key after all.
   *
   * @param lengthBytes what the copy has to have: another length is for streaming to judge
   */
  public Optional<FileCopy.Copied> copy(S3Address source, long lengthBytes, ObjectKey key) {
    if (!takes(source, lengthBytes)) {
      return Optional.empty();
    }
    return ofLength(lengthBytes, storage.copy(source, key), from(source));
  }

  /**
   * Lets the store copy the object out; false where it has to be streamed to the same place after
   * all.
   *
   * @param stored what the copy has to be: another length or hash is for streaming to judge
   */
  public boolean copies(ObjectKey key, FileCopy.Copied stored, S3Address target) {
    return gives(target, stored.lengthBytes())
        && ofLength(stored.lengthBytes(), storage.copy(key, target), into(target))
            .filter(stored::equals)
            .isPresent();
  }

  private Optional<FileCopy.Copied> ofLength(long lengthBytes, StoreCopy outcome, String way) {
    if (outcome instanceof StoreCopy.Declined no) {
      declined.putIfAbsent(way, no.reason());
    }
    return outcome instanceof StoreCopy.Made made && made.lengthBytes() == lengthBytes
        ? Optional.of(new FileCopy.Copied(made.lengthBytes(), made.sha256()))
        : Optional.empty();
  }

  /** For people: what was streamed in this JVM though it lies in the repository's store. */
  public List<String> notices() {
    return declined.entrySet().stream()
        .map(
            way ->
                "The store copies nothing %s by itself (%s): its files were streamed."
                    .formatted(way.getKey(), way.getValue()))
        .sorted()
        .toList();
  }
}
