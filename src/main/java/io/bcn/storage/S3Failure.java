package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What the AWS SDK's exceptions mean to the user: the one place that decides it. Apart from {@link
 * StorageFailure}, which must load where there is no AWS SDK.
 */
final class S3Failure {

  /** One meaning; the first that explains a failure is meant. */
  private record Meaning(
      ErrorCode code, String reason, String hint, Predicate<SdkException> explains) {}

  private static final String AGAIN =
      "then run the same command again: it goes on where it stopped.";

  private static final Meaning OTHER =
      new Meaning(
          ErrorCode.FAILED,
          "the store failed",
          "Look at the store's own log, " + AGAIN,
          any -> true);

  private static final List<Meaning> MEANINGS =
      List.of(
          new Meaning(
              ErrorCode.OUT_OF_SPACE,
              "no space is left",
              "Free space or raise the quota, " + AGAIN,
              failure ->
                  status(failure) == 507
                      || isCalled(failure, "XMinioStorageFull", "InsufficientStorage")
                      || isCalled(failure, "QuotaExceeded", "XMinioAdminBucketQuotaExceeded")),
          new Meaning(
              ErrorCode.CREDENTIALS,
              "the store does not accept the credentials",
              "Renew or correct them; operations.md says where BCN looks for them.",
              failure ->
                  isCalled(failure, "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken")
                      || isCalled(failure, "ExpiredToken", "ExpiredTokenException")
                      || isCalled(failure, "TokenRefreshRequired", "RequestTimeTooSkewed")
                      || isCalled(failure, "InvalidClientTokenId", "UnrecognizedClientException")
                      || isOfSts(failure)
                      || says(failure, "Unable to load credentials")
                      || says(failure, "Profile file contained no credentials")),
          new Meaning(
              ErrorCode.USAGE,
              "there is no such bucket",
              "Check --repo and 'spark.bcn.s3.endpoint', or create the bucket; BCN creates none.",
              failure -> isCalled(failure, "NoSuchBucket", "InvalidBucketName")),
          new Meaning(
              ErrorCode.USAGE,
              "the bucket is in another region, or at another address",
              "Set 'spark.bcn.client.region' and 'spark.bcn.s3.endpoint' to the bucket's.",
              failure ->
                  status(failure) == 301
                      || isCalled(
                          failure,
                          "AuthorizationHeaderMalformed",
                          "IllegalLocationConstraintException")),
          new Meaning(
              ErrorCode.UNSUPPORTED,
              "the store cannot do this",
              "Use a store that has conditional writes (If-None-Match), as AWS and MinIO have.",
              failure -> status(failure) == 501),
          new Meaning(
              ErrorCode.STORAGE_UNAVAILABLE,
              "the store does not answer",
              "Check address and network, and whether the store is up or throttles, " + AGAIN,
              failure ->
                  status(failure) >= 500
                      || status(failure) == 429
                      || isCalled(failure, "RequestTimeout", "SlowDown", "Throttling")
                      || causes(failure).anyMatch(IOException.class::isInstance)
                      || says(failure, "timed out")
                      || says(failure, "timeout")),
          new Meaning(
              ErrorCode.PERMISSION_DENIED,
              "permission denied",
              "Give the identity that runs BCN the rights that operations.md lists; without s3:ListBucket a missing object is refused too.",
              failure -> status(failure) == 403 || status(failure) == 401));

  private S3Failure() {}

  /**
   * Runs the action; the SDK's exceptions become BcnExceptions {@code Cannot <verb> '<location>'}.
   */
  static <T> T translated(String verb, String location, Supplier<T> action) {
    try {
      return action.get();
    } catch (SdkException e) {
      throw translate(verb, location, e);
    }
  }

  static BcnException translate(String verb, String location, SdkException failure) {
    if (failure instanceof AbortedException) {
      Thread.currentThread().interrupt();
    }
    Meaning meaning = meaning(failure).orElse(OTHER);
    return new BcnException(
        meaning.code,
        "Cannot %s '%s': %s (%s)".formatted(verb, location, meaning.reason, detail(failure)),
        meaning.hint,
        failure);
  }

  /** As {@link StorageFailure#code}. */
  static Optional<ErrorCode> code(Throwable failure) {
    return failure instanceof SdkException ofSdk
        ? meaning(ofSdk).map(Meaning::code)
        : Optional.empty();
  }

  private static Optional<Meaning> meaning(SdkException failure) {
    return MEANINGS.stream().filter(candidate -> candidate.explains.test(failure)).findFirst();
  }

  /** Whether the store answered that there is no such object; a missing bucket is no answer. */
  static boolean isNoObject(SdkException failure) {
    return status(failure) == 404 && !isCalled(failure, "NoSuchBucket");
  }

  /** The HTTP status, or 0 where no answer came. */
  static int status(SdkException failure) {
    return failure instanceof AwsServiceException service ? service.statusCode() : 0;
  }

  /** One line, without the SDK's request ids. */
  static String detail(SdkException failure) {
    if (failure instanceof AwsServiceException service) {
      String name = details(service).map(AwsErrorDetails::errorCode).orElse("");
      String text = details(service).map(AwsErrorDetails::errorMessage).orElse("");
      String both = text.isEmpty() || text.equals(name) ? name : name + ": " + text;
      return both.isEmpty()
          ? "HTTP status " + service.statusCode()
          : "%s, HTTP status %d".formatted(firstLine(both), service.statusCode());
    }
    String text = Optional.ofNullable(failure.getMessage()).orElse("");
    return text.isEmpty() ? failure.getClass().getSimpleName() : firstLine(text);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse(text);
  }

  private static boolean isCalled(SdkException failure, String... names) {
    return failure instanceof AwsServiceException service
        && details(service)
            .map(details -> List.of(names).contains(details.errorCode()))
            .orElse(false);
  }

  private static Optional<AwsErrorDetails> details(AwsServiceException failure) {
    return Optional.ofNullable(failure.awsErrorDetails());
  }

  private static boolean isOfSts(SdkException failure) {
    return failure instanceof AwsServiceException service
        && details(service).map(details -> "Sts".equals(details.serviceName())).orElse(false);
  }

  private static boolean says(SdkException failure, String words) {
    return failure instanceof SdkClientException
        && Optional.ofNullable(failure.getMessage()).orElse("").contains(words);
  }

  private static Stream<Throwable> causes(SdkException failure) {
    return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause).limit(20);
  }
}
