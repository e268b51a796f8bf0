package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a bucket that a storage owns.
 *
 * @param folder the keys' common beginning without a slash at its end; empty for the whole bucket
 */
record S3Root(String bucket, String folder, S3Settings settings) implements Serializable {

  /** Reads {@code s3://<bucket>[/<folder>]}, as {@link StorageLocation} writes it. */
  static S3Root of(String location, Map<String, String> settings) {
    String[] parts = location.substring(StorageLocation.S3.length()).split("/", 2);
    return new S3Root(parts[0], parts.length == 1 ? "" : parts[1], new S3Settings(settings));
  }

  S3Connection connection() {
    return S3Connection.of(settings, location());
  }

  String location() {
    return StorageLocation.S3 + bucket + (folder.isEmpty() ? "" : "/" + folder);
  }

  String location(ObjectKey key) {
    return location() + "/" + key;
  }

  String name(ObjectKey key) {
    return folder.isEmpty() ? key.value() : folder + "/" + key;
  }

  /** The object's key; empty for what BCN never writes, like a console's markers of folders. */
  Optional<ObjectKey> key(String name) {
    String below = folder.isEmpty() ? name : name.substring(folder.length() + 1);
    return ObjectKey.isPlain(below) ? Optional.of(ObjectKey.of(below)) : Optional.empty();
  }

  @Override
  public String toString() {
    return location();
  }
}
