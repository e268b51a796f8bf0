package io.bcn.restore;

import io.bcn.format.TableName;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What every try of one restore has in common for one object: the same state, to become the same
 * object of the same catalog in the same way. Names that are made of it let a try recognise what
 * another, killed one had done.
 */
record RestoreId(UUID uuid) {

  /**
   * @param state the SHA-256 of the table state, or of a view's metadata
   */
  static RestoreId of(RestoreRequest request, String catalog, TableName target, String state) {
    return of(
        state,
        catalog,
        target.toString(),
        request.contents().name(),
        request.uuids().name(),
        request.target().folderOf(target).orElse(""));
  }

  /** The same where it also matters what stood there, or where it goes. */
  RestoreId at(String place) {
    return of(uuid.toString(), place);
  }

  private static RestoreId of(String... parts) {
    // No name holds a control character.
    byte[] all = String.join("\u0000", parts).getBytes(StandardCharsets.UTF_8);
    return new RestoreId(UUID.nameUUIDFromBytes(all));
  }

  /** The file's name up to its first dot. */
  String stem() {
    return "00000-" + uuid;
  }

  /** A metadata file in the folder, packed as the source's is: in place its bytes stay. */
  String metadataFile(String folder, String sourceLocation) {
    boolean packed =
        sourceLocation.endsWith(".gz.metadata.json")
            || sourceLocation.endsWith(".metadata.json.gz");
    return "%s/metadata/%s%s"
        .formatted(folder, stem(), packed ? ".gz.metadata.json" : ".metadata.json");
  }

  /** For a folder's name. */
  String brief() {
    return uuid.toString().substring(0, 8);
  }
}
