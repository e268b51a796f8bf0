/**
 * Bytes from A to B at scale: rows of files in Spark, tasks balanced by bytes, one pass that hashes
 * while it copies.
 *
 * <p>Knows nothing of PITs, catalogs or Iceberg's metadata. Imports {@code storage}, {@code
 * format}, {@code errors}. Start at {@link io.bcn.copy.ByteBalance}.
 */
package io.bcn.copy;
