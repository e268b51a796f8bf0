package io.bcn.copy;

import io.bcn.format.ObjectKey;
import io.bcn.storage.S3Source;
import io.bcn.storage.Storage;
import io.bcn.storage.StoreCopy;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The route on which the store copies by itself, for files that lie in the repository's store.
 *
 * <p>To be broadcast once a run: then each JVM remembers which buckets' files the store does not
 * copy, and asks no second time. Safe for many threads. A file that this route does not bring is
 * streamed, so that its errors are those of streaming.
 */
public final class StoreCopies implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Storage storage;

  /** By bucket, why. */
  private final Map<String, String> declined = new ConcurrentHashMap<>();

  public StoreCopies(Storage storage) {
    this.storage = storage;
  }

  /** Whether the store is asked to copy that file: what metadata says the length of. */
  public boolean takes(S3Source source, long lengthBytes) {
    return lengthBytes != FileRow.UNKNOWN_LENGTH
        && storage.canCopy(source, lengthBytes)
        && !declined.containsKey(source.bucket());
  }

  /**
   * Lets the store copy the file; empty where it has to be streamed to the same key after all.
   *
   * @param lengthBytes what the copy has to have: another length is for streaming to judge
   */
  public Optional<FileCopy.Copied> copy(S3Source source, long lengthBytes, ObjectKey key) {
    if (!takes(source, lengthBytes)) {
      return Optional.empty();
    }
    StoreCopy outcome = storage.copy(source, key);
    if (outcome instanceof StoreCopy.Declined no) {
      declined.putIfAbsent(source.bucket(), no.reason());
    }
    return outcome instanceof StoreCopy.Made made && made.lengthBytes() == lengthBytes
        ? Optional.of(new FileCopy.Copied(made.lengthBytes(), made.sha256()))
        : Optional.empty();
  }

  /** For people: what was streamed in this JVM though it lies in the repository's store. */
  public List<String> notices() {
    return declined.entrySet().stream()
        .map(
            bucket ->
                "The store copies nothing from bucket '%s' by itself (%s): its files were streamed."
                    .formatted(bucket.getKey(), bucket.getValue()))
        .sorted()
        .toList();
  }
}
