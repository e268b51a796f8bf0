package io.bcn.table;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * SHA-256 of a location's raw text: what must differ between locations, and be the same in every
 * run.
 */
final class LocationHash {
  private static final int NAME_HEX_DIGITS = 12;
  private static final int SYNC_MARKER_BYTES = 16;

  private LocationHash() {}

  /** 12 hexadecimal digits, to make a file's name unique. */
  static String forName(String location) {
    return HexFormat.of().formatHex(digest(location)).substring(0, NAME_HEX_DIGITS);
  }

  /**
   * The 16 bytes that stand between the blocks of an Avro file. Random elsewhere; here a second run
   * gives the same.
   */
  static byte[] forSyncMarker(String location) {
    return Arrays.copyOf(digest(location), SYNC_MARKER_BYTES);
  }

  private static byte[] digest(String location) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(location.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
