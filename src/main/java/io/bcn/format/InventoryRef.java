package io.bcn.format;

import java.io.Serializable;

/**
 * One part of an inventory: a Parquet file of {@link StoredFile} rows.
 *
 * @param files how many rows it has
 * @param bytes the sum of their lengths
 */
public record InventoryRef(ObjectKey key, String sha256, long files, long bytes)
    implements Serializable {
  public InventoryRef {
    Documents.required(key, "key");
    Documents.required(sha256, "sha256");
  }
}
