package io.bcn.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What stands under a PIT manifest's key: a committed PIT, or the mark of one that was given up.
 */
public record PitDocument(Optional<PitManifest> committed, String sha256) {

  /** Reads either. <i>Fails</i> as {@link Documents#read} does. */
  public static PitDocument read(byte[] bytes, String location) {
    JsonNode tree = Documents.tree(bytes, location);
    String sha256 = Documents.sha256(bytes);
    if (tree.path("abandoned").asBoolean()) {
      return new PitDocument(Optional.empty(), sha256);
    }
    return new PitDocument(
        Optional.of(Documents.convert(PitManifest.class, tree, location)), sha256);
  }
}
