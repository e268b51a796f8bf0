package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What it means that a file can't be placed at the target, or be read there again. */
final class TargetFailure {
  private static final String AGAIN = "then run the same restore again: it uses what was placed.";

  private static final Meaning OTHER =
      new Meaning("the store failed", "Look at the store's own log, " + AGAIN);

  /** What no other file of the target would survive either, each as a storage has it. */
  private static final Map<ErrorCode, Meaning> MEANINGS =
      Map.of(
          ErrorCode.OUT_OF_SPACE,
          new Meaning("no space is left", "Free space at the target or raise the quota, " + AGAIN),
          ErrorCode.PERMISSION_DENIED,
          new Meaning(
              "permission denied", "Give who runs BCN the right to write at the target, " + AGAIN),
          ErrorCode.CREDENTIALS,
          new Meaning(
              "the store does not accept the credentials",
              "Renew or correct those of the target catalog, " + AGAIN),
          ErrorCode.STORAGE_UNAVAILABLE,
          new Meaning(
              "the store does not answer",
              "Check address and network, and whether the store is up or throttles, " + AGAIN));

  private TargetFailure() {}

  private record Meaning(String reason, String hint) {}

  /** Of a FileIO, at that location of the target. */
  static BcnException of(String location, Exception failure, Secrets secrets) {
    ErrorCode code = code(explained(location, failure));
    Meaning meaning = MEANINGS.getOrDefault(code, OTHER);
    String what = "Cannot place '%s': %s".formatted(location, meaning.reason);
    return CatalogFailure.of(code, what, failure, meaning.hint, secrets);
  }

  /** OUT_OF_SPACE, PERMISSION_DENIED, CREDENTIALS, STORAGE_UNAVAILABLE, else FAILED. */
  static ErrorCode code(Throwable failure) {
    ErrorCode code = CatalogFailure.code(failure);
    return MEANINGS.containsKey(code) ? code : ErrorCode.FAILED;
  }

  /** The hint where something could not be written for want of space; else the given one. */
  static String hint(ErrorCode code, String otherwise) {
    return code == ErrorCode.OUT_OF_SPACE ? MEANINGS.get(code).hint : otherwise;
  }

  /** Hadoop does not say why it could not make a local folder; the JDK, asked again, does. */
  private static Exception explained(String location, Exception failure) {
    boolean wantedFolder =
        CatalogFailure.chain(failure)
            .map(String::valueOf)
            .anyMatch(text -> text.contains("Mkdirs failed to create"));
    if (!wantedFolder || !location.matches("(?s)(file:)?/.*")) {
      return failure;
    }
    try {
      Files.createDirectories(Path.of(location.replaceFirst("^file:/+", "/")).getParent());
      return failure;
    } catch (IOException reason) {
      return reason;
    }
  }
}
