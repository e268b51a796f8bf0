package io.bcn.format;

import java.io.Serializable;

/** Names an immutable document of the repository together with the digest of its bytes. */
public record ObjectRef(ObjectKey key, String sha256) implements Serializable {
  public ObjectRef {
    Documents.required(key, "key");
    Documents.required(sha256, "sha256");
  }
}
