package io.bcn.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A file below the storage's {@code .tmp} folder that is to become an object: how file systems get
 * an object that is visible whole or not at all. Closing removes the file if it was not published.
 */
sealed interface StagedFile extends Closeable permits LocalStagedFile, HdfsStagedFile {

  OutputStream bytes();

  /** Ends the writing and makes the bytes durable. */
  void seal() throws IOException;

  /** Gives the sealed file its final name in one step, in place of whatever has it. */
  void publish() throws IOException;

  /**
   * Gives the sealed file its final name in one step; false, and nothing changed, where something
   * has it.
   */
  boolean publishIfAbsent() throws IOException;
}
