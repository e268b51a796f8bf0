package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.storage.StorageFailure;
import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * What a failure in Iceberg's classes, which share no base class, means to BCN's user: of a catalog
 * as of a FileIO. What a store says means what it means to a repository, see {@link
 * StorageFailure}.
 */
final class CatalogFailure {
  /** The first rule that fits any exception of the chain decides. */
  private static final List<Rule> RULES =
      List.of(
          // First: java.io says of a file on a full disk, and of one that we must not read, that
          // it was not found.
          new Rule(
              ErrorCode.OUT_OF_SPACE,
              failure ->
                  isOfStore(failure, ErrorCode.OUT_OF_SPACE)
                      || hasSqlState(failure, "53100")
                      || isSqlite(failure, "SQLITE_FULL")),
          new Rule(
              ErrorCode.CREDENTIALS,
              failure ->
                  isOfStore(failure, ErrorCode.CREDENTIALS)
                      || failure instanceof NotAuthorizedException
                      || hasSqlState(failure, "28")
                      // The AWS SDK has no class for these.
                      || says(failure, "Unable to load credentials from any of the providers")
                      || says(failure, "The security token included in the request is")
                      || says(failure, "The request signature we calculated does not match")),
          new Rule(
              ErrorCode.PERMISSION_DENIED,
              failure ->
                  isOfStore(failure, ErrorCode.PERMISSION_DENIED)
                      || failure instanceof ForbiddenException
                      || isNamed(failure, "AccessControlException")
                      // Glue's; and a database's "insufficient privilege".
                      || isNamed(failure, "AccessDeniedException")
                      || hasSqlState(failure, "42501")
                      || isSqlite(failure, "SQLITE_READONLY")),
          new Rule(
              ErrorCode.SOURCE_MISSING,
              failure ->
                  failure instanceof NotFoundException
                      || failure instanceof FileNotFoundException
                      || failure instanceof NoSuchFileException
                      // What a Hadoop catalog says of a version hint that names a file which is
                      // gone.
                      || (failure instanceof ValidationException
                          && says(failure, "is missing under"))),
          // By name, for Iceberg's runtime jars carry Jackson under another package.
          new Rule(
              ErrorCode.DAMAGED,
              failure ->
                  isNamed(failure, "JsonProcessingException")
                      || isNamed(failure, "ZipException")
                      || (failure instanceof IllegalArgumentException
                          && says(failure, "Cannot parse"))),
          new Rule(
              ErrorCode.UNSUPPORTED,
              failure ->
                  failure instanceof UnsupportedOperationException
                      // A REST server's; the client has no class for it.
                      || says(failure, "type: UnsupportedOperationException")
                      // A Hive metastore's, unless it is set to allow that.
                      || says(failure, "have types incompatible with the existing columns")
                      || says(failure, "unsupported version")),
          new Rule(
              ErrorCode.STORAGE_UNAVAILABLE,
              failure ->
                  isOfStore(failure, ErrorCode.STORAGE_UNAVAILABLE)
                      || failure instanceof ServiceUnavailableException
                      || failure instanceof ServiceFailureException
                      || failure instanceof SQLException
                      || isNamed(failure, "TTransportException")
                      // Hive's client puts the cause into the text.
                      || says(failure, "Could not connect to meta store")));

  private static final int LONGEST_REASON = 300;

  private CatalogFailure() {}

  private record Rule(ErrorCode code, Predicate<Throwable> fits) {}

  static ErrorCode code(Throwable failure) {
    return RULES.stream()
        .filter(rule -> chain(failure).anyMatch(rule.fits()))
        .map(Rule::code)
        .findFirst()
        .orElse(ErrorCode.FAILED);
  }

  /**
   * Whether a server was asked and did not answer. A database whose driver or tables are missing,
   * and a host that has no address, are none: that is more often a slip in the configuration.
   */
  static boolean isUnreachable(Throwable failure) {
    boolean isSql = chain(failure).anyMatch(SQLException.class::isInstance);
    boolean sqlServerIsAway =
        chain(failure)
            .anyMatch(
                sql ->
                    hasSqlState(sql, "57P03")
                        || hasSqlState(sql, "53300")
                        || (hasSqlState(sql, "08") && !says(sql, "No suitable driver")));
    return code(failure) == ErrorCode.STORAGE_UNAVAILABLE
        && (sqlServerIsAway || !isSql)
        // Hive's client has it in a text only.
        && chain(failure)
            .noneMatch(
                any -> any instanceof UnknownHostException || says(any, "UnknownHostException"));
  }

  /** What the failure and its root cause say, on one line, without secrets. */
  static String reason(Throwable failure, Secrets secrets) {
    List<Throwable> chain = chain(failure).toList();
    String text =
        Stream.of(chain.get(0), chain.get(chain.size() - 1))
            .map(CatalogFailure::firstLine)
            .distinct()
            .collect(Collectors.joining(": "));
    String masked = secrets.mask(text);
    return masked.length() <= LONGEST_REASON ? masked : masked.substring(0, LONGEST_REASON) + "…";
  }

  /**
   * The failure as the user's, with its code, and with its cause only where no secret stands in it.
   */
  static BcnException of(
      ErrorCode code, String what, Throwable failure, String hint, Secrets secrets) {
    String message = what + ": " + reason(failure, secrets);
    return secrets.standIn(failure)
        ? new BcnException(code, message, hint)
        : new BcnException(code, message, hint, failure);
  }

  static Stream<Throwable> chain(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    return message.strip().lines().findFirst().orElseThrow();
  }

  private static boolean isOfStore(Throwable failure, ErrorCode code) {
    return StorageFailure.code(failure).equals(Optional.of(code));
  }

  /** SQLite's driver puts the name of the code into the text. */
  private static boolean isSqlite(Throwable failure, String name) {
    return failure instanceof SQLException && says(failure, "[" + name);
  }

  private static boolean says(Throwable failure, String words) {
    return failure.getMessage() != null && failure.getMessage().contains(words);
  }

  private static boolean hasSqlState(Throwable failure, String prefix) {
    return failure instanceof SQLException sql
        && sql.getSQLState() != null
        && sql.getSQLState().startsWith(prefix);
  }

  private static boolean isNamed(Throwable failure, String simpleName) {
    return Stream.<Class<?>>iterate(failure.getClass(), Objects::nonNull, Class::getSuperclass)
        .anyMatch(type -> type.getSimpleName().equals(simpleName));
  }
}
