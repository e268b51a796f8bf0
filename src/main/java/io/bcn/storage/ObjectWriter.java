package io.bcn.storage;

import java.io.IOException;
import java.io.OutputStream;

/** Writes one object's bytes. Closing without {@link #commit} leaves no object behind. */
public abstract class ObjectWriter extends OutputStream {

  /**
   * Makes the object visible with all bytes written so far, durably. At most once; then only {@link
   * #close}.
   */
  public abstract void commit() throws IOException;
}
