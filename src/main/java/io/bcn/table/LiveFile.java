package io.bcn.table;

import io.bcn.format.FileKind;
import java.io.Serializable;

/**
 * A content file that a manifest holds as live.
 *
 * @param format in lower case: {@code parquet}, {@code orc}, {@code avro}, {@code puffin}
 * @param lengthBytes of the whole file; of the Puffin file for a deletion vector, which many
 *     entries may share
 */
public record LiveFile(String location, FileKind kind, long lengthBytes, String format)
    implements Serializable {}
