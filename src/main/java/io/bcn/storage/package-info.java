/**
 * Where repository objects live: read, write, create exclusively, stat, list, delete.
 *
 * <p>What is atomic is said per method and per backend. Imports only {@code errors} and {@code
 * format}'s object keys; the only package that uses Hadoop's file systems and the AWS SDK. Start at
 * {@link io.bcn.storage.Storage}.
 */
package io.bcn.storage;
