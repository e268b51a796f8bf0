package io.bcn.table;

import io.bcn.format.TableName;
import java.io.Serializable;

/**
 * Where a catalog wants a new table, and what writes there.
 *
 * @param location the table's location, without a trailing slash
 * @param fileIo an index into the target's {@link FileIos}
 */
public record Placement(TableName name, String location, int fileIo) implements Serializable {}
