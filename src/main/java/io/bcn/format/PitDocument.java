package io.bcn.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What stands under a PIT manifest's key: a committed PIT, the mark of one that was expired, or the
 * mark of one that was given up, which is neither.
 */
public record PitDocument(
    Optional<PitManifest> committed, Optional<ExpiredMark> expired, String sha256) {

  /** Reads any of them. <i>Fails</i> as {@link Documents#read} does. */
  public static PitDocument read(byte[] bytes, String location) {
    JsonNode tree = Documents.tree(bytes, location);
    String sha256 = Documents.sha256(bytes);
    if (!tree.path("abandoned").asBoolean()) {
      PitManifest manifest = Documents.convert(PitManifest.class, tree, location);
      return new PitDocument(Optional.of(manifest), Optional.empty(), sha256);
    }
    if (tree.hasNonNull("expired_at")) {
      ExpiredMark mark = Documents.convert(ExpiredMark.class, tree, location);
      return new PitDocument(Optional.empty(), Optional.of(mark), sha256);
    }
    return new PitDocument(Optional.empty(), Optional.empty(), sha256);
  }
}
