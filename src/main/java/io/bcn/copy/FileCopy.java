package io.bcn.copy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** One pass over one file: read once, hashed on the way, written. */
public final class FileCopy {
  private static final int BUFFER_BYTES = 1 << 20;

  private FileCopy() {}

  /**
   * What passed through.
   *
   * @param sha256 lower-case hex
   */
  public record Copied(long lengthBytes, String sha256) implements Serializable {}

  /** Copies to the end of the input; closes neither. */
  public static Copied copy(InputStream in, OutputStream out) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    long length = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      digest.update(buffer, 0, count);
      out.write(buffer, 0, count);
      length += count;
    }
    return new Copied(length, HexFormat.of().formatHex(digest.digest()));
  }

  /** Reads to the end, for a check. */
  public static Copied read(InputStream in) throws IOException {
    return copy(in, OutputStream.nullOutputStream());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
