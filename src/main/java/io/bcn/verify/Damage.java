package io.bcn.verify;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;

/**
 * An object that is not as a document says. Sorted by key.
 *
 * @param message one sentence that names its full location
 */
record Damage(String key, String sha256, Problem problem, String message)
    implements Told, Comparable<Damage> {
  private static final long serialVersionUID = 1L;

  private static final Comparator<Damage> ORDER =
      Comparator.comparing(Damage::key).thenComparing(Damage::sha256);

  /** These say nothing about one object: the look itself is not possible. */
  private static final Set<ErrorCode> NO_LOOK =
      EnumSet.of(ErrorCode.CREDENTIALS, ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.FORMAT_TOO_NEW);

  /** <i>Fails</i> with the given failure where that says nothing about the object. */
  static Damage unreadable(String key, String sha256, BcnException failure) {
    if (NO_LOOK.contains(failure.code())) {
      throw failure;
    }
    return new Damage(key, sha256, Problem.UNREADABLE, failure.getMessage());
  }

  String id() {
    return Expected.id(key, sha256);
  }

  @Override
  public int compareTo(Damage other) {
    return ORDER.compare(this, other);
  }
}
