package io.bcn.table;

import java.io.Serializable;
import org.apache.iceberg.FileScanTask;

/**
 * One data file of a stored table with the deletes that apply to it, to be read on an executor.
 *
 * @param object the data file's key in the repository
 * @param lengthBytes of it
 * @param nameMapping the table's own, as JSON, for files without field ids; empty where it has none
 */
public record StoredScan(
    FileScanTask task, String object, String location, long lengthBytes, String nameMapping)
    implements Serializable {}
