package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Objects in a bucket of an S3 store, below a folder.
 *
 * <p><i>Atomicity</i>: an object appears by one PUT, or by the completion of an upload in parts; S3
 * shows it whole or not at all. It is created by a PUT with {@code If-None-Match: *}, which the
 * store refuses where the name is taken. A store that ignores that header is found out by {@link
 * #proveExclusiveCreates}.
 *
 * <p>A PUT whose answer was lost is sent again by the SDK, and then finds its own object. So each
 * creation writes a token into the object's metadata, and one that is refused looks whose object is
 * there.
 *
 * <p>A dead process leaves the parts of unfinished uploads behind: the listing of {@link #STAGED}
 * shows them.
 */
record S3Storage(S3Root folder) implements Storage {
  /** Whose creation an object is, in its metadata. */
  static final String WRITER = "bcn-writer";

  /** How often a creation is sent that the store gave up because another one was under way. */
  private static final int CONFLICTS = 10;

  @Override
  public String root() {
    return folder.location();
  }

  private S3Client client() {
    return folder.connection().client();
  }

  @Override
  public void proveExclusiveCreates() {
    ObjectKey probe = ObjectKey.of(".probe-" + UUID.randomUUID());
    create(probe, new byte[0]);
    boolean twice = create(probe, new byte[0]);
    delete(probe);
    if (twice) {
      throw Storage.overwrites(this);
    }
  }

  @Override
  public Optional<byte[]> read(ObjectKey key) {
    return present(
        "read object",
        key,
        () ->
            client()
                .getObjectAsBytes(get -> get.bucket(folder.bucket()).key(folder.name(key)))
                .asByteArrayUnsafe());
  }

  @Override
  public InputStream open(ObjectKey key) {
    return new S3Input(folder, key);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return head(key).map(found -> new ObjectStat(key, found.contentLength(), found.lastModified()));
  }

  private Optional<HeadObjectResponse> head(ObjectKey key) {
    return present(
        "look up object",
        key,
        () -> client().headObject(head -> head.bucket(folder.bucket()).key(folder.name(key))));
  }

  @Override
  public boolean create(ObjectKey key, byte[] bytes) {
    String token = UUID.randomUUID().toString();
    Supplier<Boolean> create =
        () -> S3Put.of(folder, key, token).onlyIfAbsent().send(bytes, bytes.length);
    return S3Failure.translated(
        "write object", folder.location(key), () -> created(key, token, create));
  }

  private boolean created(ObjectKey key, String token, Supplier<Boolean> create) {
    for (int conflict = 1; ; conflict++) {
      try {
        return create.get();
      } catch (SdkException e) {
        if (S3Failure.status(e) == 412) {
          return isWrittenBy(key, token);
        }
        // "A conflicting operation is under way, try again": who won is not known yet.
        if (S3Failure.status(e) != 409 || conflict == CONFLICTS) {
          throw e;
        }
      }
    }
  }

  /** Whether the object that is there came from the request with that token. */
  boolean isWrittenBy(ObjectKey key, String token) {
    return head(key).filter(found -> token.equals(found.metadata().get(WRITER))).isPresent();
  }

  @Override
  public void replace(ObjectKey key, byte[] bytes) {
    String token = UUID.randomUUID().toString();
    S3Failure.translated(
        "write object",
        folder.location(key),
        () -> S3Put.of(folder, key, token).send(bytes, bytes.length));
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    return new S3Writer(this, key);
  }

  @Override
  public boolean canCopy(S3Address place, long lengthBytes) {
    return folder.settings().storeCopies()
        && place.isAt(folder.settings().endpoint())
        && lengthBytes <= S3Copy.LONGEST_BYTES;
  }

  @Override
  public StoreCopy copy(S3Address source, ObjectKey key) {
    return S3Copy.into(folder, source, key).make();
  }

  @Override
  public StoreCopy copy(ObjectKey key, S3Address target) {
    return S3Copy.outOf(folder, key, target).make();
  }

  @Override
  public Stream<ObjectStat> list(ObjectKey prefix) {
    if (prefix.equals(STAGED)) {
      return S3Uploads.unfinished(folder);
    }
    String location = folder.location(prefix);
    return S3Listing.translated(
        location,
        () ->
            client()
                .listObjectsV2Paginator(
                    list -> list.bucket(folder.bucket()).prefix(folder.name(prefix) + "/"))
                .contents(),
        found ->
            folder
                .key(found.key())
                .map(key -> new ObjectStat(key, found.size(), found.lastModified())));
  }

  @Override
  public void delete(ObjectKey key) {
    if (S3Uploads.isUnfinished(key)) {
      S3Uploads.abort(folder, key);
      return;
    }
    S3Failure.translated(
        "delete object",
        folder.location(key),
        () ->
            client().deleteObject(delete -> delete.bucket(folder.bucket()).key(folder.name(key))));
  }

  private <T> Optional<T> present(String verb, ObjectKey key, Supplier<T> action) {
    try {
      return Optional.of(action.get());
    } catch (SdkException e) {
      if (S3Failure.isNoObject(e)) {
        return Optional.empty();
      }
      throw S3Failure.translate(verb, folder.location(key), e);
    }
  }
}
