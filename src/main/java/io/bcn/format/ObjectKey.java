package io.bcn.format;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.Serializable;
import java.util.Arrays;

/**
 * An object's path relative to the repository's root, with {@code /} between its parts.
 *
 * <p>Keys come from documents that somebody may have tampered with: one that is absolute, has an
 * empty part, {@code .} or {@code ..}, or holds a backslash, a colon (Hadoop reads a scheme before
 * it) or a control character is refused (DAMAGED), so that no key leads out of the repository.
 */
public record ObjectKey(@JsonValue String value) implements Comparable<ObjectKey>, Serializable {
  public ObjectKey {
    if (!isPlain(value)) {
      throw new BcnException(
          ErrorCode.DAMAGED,
          "Cannot use object key '%s': it is not a plain relative path"
              .formatted(Names.printable(value)),
          "The document that names it was changed from outside; run 'bcn verify' on the repository.");
    }
  }

  /** Whether the text can be a key: for what others put into a repository's folder. */
  public static boolean isPlain(String value) {
    return Arrays.stream(value.split("/", -1)).allMatch(ObjectKey::isPlainPart);
  }

  private static boolean isPlainPart(String part) {
    return !part.isEmpty()
        && !part.equals(".")
        && !part.equals("..")
        && part.indexOf('\\') < 0
        && part.indexOf(':') < 0
        && !Names.hasControl(part);
  }

  @JsonCreator
  public static ObjectKey of(String value) {
    return new ObjectKey(value);
  }

  /** The key of something below this one. */
  public ObjectKey resolve(String relative) {
    return new ObjectKey(value + "/" + relative);
  }

  /** The last part. */
  public String name() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  @Override
  public int compareTo(ObjectKey other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
