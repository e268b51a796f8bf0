package io.bcn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import io.bcn.it.S3Front;
import io.bcn.it.S3Front.Fate;
import io.bcn.it.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a store, and the way to it, can do to a request: retried, or ended with the right code. */
@Timeout(120)
@EnabledIf(value = S3Server.CAN_RUN, disabledReason = S3Server.WHY_NOT)
class S3FaultsTest {
  private static final S3Server SERVER = S3Server.shared();
  private static final ObjectKey KEY = ObjectKey.of("folder/object");
  private static final byte[] BYTES = "some bytes".getBytes(UTF_8);
  private static final byte[] OTHERS = "others".getBytes(UTF_8);
  private static final int RETRIES = 3;
  private static final int PART = 5 << 20;

  private final S3Front front = S3Front.of(SERVER);
  private final String bucket = SERVER.newBucket();
  private final Storage storage = storage(Map.of());

  private Storage storage(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(S3Server.icebergProperties(front.endpoint()));
    settings.put("s3.retry.num-retries", Integer.toString(RETRIES));
    settings.put("s3.retry.min-wait-ms", "1");
    settings.put("s3.retry.max-wait-ms", "20");
    settings.put("s3.multipart.part-size-bytes", Integer.toString(PART));
    settings.put("http-client.socket-timeout-ms", "1000");
    settings.putAll(more);
    return StorageLocation.parse("s3://" + bucket + "/repo").open(settings);
  }

  @AfterEach
  void closeFront() throws IOException {
    front.close();
  }

  @ParameterizedTest
  @CsvSource({"503, SlowDown", "503, ServiceUnavailable", "500, InternalError", "429, SlowDown"})
  void whatPassesIsTriedAgain(int status, String code) {
    front.breakingFirst(RETRIES, "PutObject", S3Front.answers(status, code));
    assertThat(storage.create(KEY, BYTES)).isTrue();
    assertThat(front.count("PutObject")).isEqualTo(RETRIES + 1);
    front.breakingFirst(RETRIES, "GetObject", S3Front.answers(status, code));
    assertThat(storage.read(KEY)).hasValue(BYTES);
  }

  @ParameterizedTest
  @CsvSource({"503, SlowDown", "500, InternalError"})
  void whatDoesNotPassMeansUnavailable(int status, String code) {
    front.breaking(request -> S3Front.answers(status, code));
    assertFails(
        () -> storage.create(KEY, BYTES),
        ErrorCode.STORAGE_UNAVAILABLE,
        "Cannot write object 's3://%s/repo/folder/object': the store does not answer (%s: made by a test, HTTP status %d)"
            .formatted(bucket, code, status));
    assertThat(front.count("PutObject")).isEqualTo(RETRIES + 1);
    assertFails(
        () -> storage.list(KEY).toList(),
        ErrorCode.STORAGE_UNAVAILABLE,
        "Cannot list objects below 's3://%s/repo/folder/object'".formatted(bucket));
  }

  @Test
  void aThrottledRequestIsTriedAgainWhateverRetryAfterSays() {
    front.breakingFirst(
        1, "PutObject", new Fate.Answers(503, "SlowDown", Map.of("Retry-After", "1")));
    Instant before = Instant.now();
    assertThat(storage.create(KEY, BYTES)).isTrue();
    System.out.printf(
        "S3: 503 with Retry-After: 1 was tried again after %d ms%n",
        Duration.between(before, Instant.now()).toMillis());
    assertThat(front.count("PutObject")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, PERMISSION_DENIED, permission denied",
    "403, InvalidAccessKeyId, CREDENTIALS, the store does not accept the credentials",
    "400, ExpiredToken, CREDENTIALS, the store does not accept the credentials",
    "404, NoSuchBucket, USAGE, there is no such bucket",
    "301, PermanentRedirect, USAGE, 'the bucket is in another region, or at another address'",
    "400, AuthorizationHeaderMalformed, USAGE, 'the bucket is in another region, or at another address'",
    "507, InsufficientStorage, OUT_OF_SPACE, no space is left",
    "403, QuotaExceeded, OUT_OF_SPACE, no space is left",
    "501, NotImplemented, UNSUPPORTED, the store cannot do this",
    "400, MalformedXML, FAILED, the store failed",
  })
  void anAnswerIsTakenForWhatItSays(int status, String code, ErrorCode meaning, String reason) {
    front.breaking(request -> S3Front.answers(status, code));
    assertFails(
        () -> storage.create(KEY, BYTES),
        meaning,
        "Cannot write object 's3://%s/repo/folder/object': %s (%s: made by a test, HTTP status %d)"
            .formatted(bucket, reason, code, status));
    assertFails(
        () -> storage.read(KEY),
        meaning,
        "Cannot read object 's3://%s/repo/folder/object': %s".formatted(bucket, reason));
  }

  @Test
  void aResetConnectionIsOpenedAgain() {
    front.breakingFirst(2, "PutObject", new Fate.IsReset());
    assertThat(storage.create(KEY, BYTES)).isTrue();
    front.breakingFirst(2, "GetObject", new Fate.IsReset());
    assertThat(storage.read(KEY)).hasValue(BYTES);
    front.breaking(request -> new Fate.IsReset());
    assertFails(
        () -> storage.stat(KEY),
        ErrorCode.STORAGE_UNAVAILABLE,
        "Cannot look up object 's3://%s/repo/folder/object': the store does not answer ("
            .formatted(bucket));
  }

  @Test
  void nobodyThereMeansUnavailable() throws IOException {
    front.close();
    assertFails(
        () -> storage.read(KEY),
        ErrorCode.STORAGE_UNAVAILABLE,
        "Cannot read object 's3://%s/repo/folder/object': the store does not answer ("
            .formatted(bucket));
  }

  @Test
  void aSlowAnswerIsAskedForAgain() {
    storage.create(KEY, BYTES);
    front.breakingFirst(1, "GetObject", new Fate.IsSlow(Duration.ofSeconds(3)));
    front.forget();
    assertThat(storage.read(KEY)).hasValue(BYTES);
    assertThat(front.count("GetObject")).isEqualTo(2);
  }

  @Test
  void ofACreationWhoseAnswerWasLostTheObjectIsOurs() {
    front.breakingFirst(1, "PutObject", new Fate.LosesAnswer());
    assertThat(storage.create(KEY, BYTES)).isTrue();
    assertThat(storage.read(KEY)).hasValue(BYTES);
    assertThat(front.count("PutObject")).isEqualTo(2);
  }

  @Test
  void ofACreationWhoseAnswerWasLostTheObjectOfAnotherStaysTheOthers() {
    assertThat(storage.create(KEY, OTHERS)).isTrue();
    front.breakingFirst(1, "PutObject", new Fate.LosesAnswer());
    assertThat(storage.create(KEY, OTHERS)).isFalse();
    assertThat(storage.read(KEY)).hasValue(OTHERS);
  }

  @Test
  void aCreationThatMetAnotherUnderWayIsSentAgain() {
    front.breakingFirst(2, "PutObject", S3Front.answers(409, "ConditionalRequestConflict"));
    assertThat(storage.create(KEY, BYTES)).isTrue();
    assertThat(storage.create(KEY, BYTES)).isFalse();
  }

  @Test
  void aBodyThatIsCutOffGoesOnWhereItEnded() throws IOException {
    byte[] large = random(3_000_000);
    storage.replace(KEY, large);
    int[] cuts = {0};
    front.breaking(
        request ->
            request.kind().equals("GetObject") && cuts[0]++ < 4
                ? new Fate.IsCutOff(600_000)
                : S3Front.PASSES);
    front.forget();
    try (InputStream in = storage.open(KEY)) {
      assertThat(in.readAllBytes()).isEqualTo(large);
    }
    assertThat(front.requests())
        .hasSize(5)
        .last()
        .satisfies(
            last -> {
              assertThat(last.headers().get("range")).matches("bytes=2[34]\\d{5}-");
              assertThat(last.headers()).containsKey("if-match");
            });
  }

  @Test
  void bodiesThatBringNothingMeanUnavailable() throws IOException {
    storage.replace(KEY, random(100_000));
    front.breaking(
        request -> request.kind().equals("GetObject") ? new Fate.IsCutOff(0) : S3Front.PASSES);
    try (InputStream in = storage.open(KEY)) {
      assertFails(
          in::readAllBytes,
          ErrorCode.STORAGE_UNAVAILABLE,
          "Cannot read object 's3://%s/repo/folder/object': the connection keeps breaking ("
              .formatted(bucket));
    }
  }

  @Test
  void anObjectThatIsReplacedWhileItIsReadIsNotMixed() throws IOException {
    storage.replace(KEY, random(3_000_000));
    front.breakingFirst(1, "GetObject", new Fate.IsCutOff(600_000));
    try (InputStream in = storage.open(KEY)) {
      assertThat(in.readNBytes(1000)).hasSize(1000);
      storage.replace(KEY, new byte[3_000_000]);
      assertFails(
          in::readAllBytes,
          ErrorCode.FAILED,
          "Cannot read object 's3://%s/repo/folder/object': the store failed (PreconditionFailed"
              .formatted(bucket));
    }
  }

  @Test
  void aRefusalInTheMiddleOfAnUploadLeavesNothing() throws IOException {
    front.breaking(
        request ->
            request.kind().equals("UploadPart") && request.isFor("partNumber=2")
                ? S3Front.answers(403, "AccessDenied")
                : S3Front.PASSES);
    assertFails(
        () -> write(random(3 * PART)),
        ErrorCode.PERMISSION_DENIED,
        "Cannot write object 's3://%s/repo/folder/object': permission denied (AccessDenied"
            .formatted(bucket));
    assertThat(storage.stat(KEY)).isEmpty();
    assertThat(front.count("AbortMultipartUpload")).isEqualTo(1);
    assertThat(unfinished()).isZero();
  }

  @Test
  void partsAndTheirCompletionAreTriedAgain() throws IOException {
    byte[] large = random(2 * PART + 17);
    int[] lost = {0, 0};
    front.breaking(
        request ->
            switch (request.kind()) {
              case "UploadPart" -> lost[0]++ < 2 ? new Fate.LosesAnswer() : S3Front.PASSES;
              case "CompleteMultipartUpload" ->
                  lost[1]++ < 1 ? new Fate.LosesAnswer() : S3Front.PASSES;
              default -> S3Front.PASSES;
            });
    write(large);
    front.breaking(request -> S3Front.PASSES);
    assertThat(storage.read(KEY)).hasValue(large);
    assertThat(front.count("CompleteMultipartUpload")).isEqualTo(2);
    assertThat(unfinished()).isZero();
  }

  @Test
  void anUploadThatADeadProcessLeftIsFoundAndEnded() throws IOException {
    ObjectWriter abandoned = storage.write(KEY);
    abandoned.write(random(PART + 1));
    assertThat(unfinished()).isEqualTo(1);
    try (Stream<ObjectStat> left = storage.list(Storage.STAGED)) {
      ObjectStat upload = left.findFirst().orElseThrow();
      assertThat(upload.key().value()).startsWith(".tmp/").endsWith("/folder/object");
      assertThat(upload.modifiedAt()).isAfter(Instant.now().minusSeconds(60));
      storage.delete(upload.key());
      storage.delete(upload.key());
    }
    assertThat(unfinished()).isZero();
    abandoned.close();
  }

  @Test
  void aStoreThatOverwritesWhatIsThereIsRefused() {
    front.breaking(
        request ->
            request.kind().equals("PutObject")
                ? new Fate.Answers(200, "", Map.of("ETag", "\"any\""))
                : S3Front.PASSES);
    assertFails(
        storage::proveExclusiveCreates,
        ErrorCode.UNSUPPORTED,
        "Cannot use storage 's3://%s/repo': the store overwrites what a conditional write (If-None-Match) should leave"
            .formatted(bucket));
    assertThat(SERVER.client().listObjectsV2(list -> list.bucket(bucket)).contents()).isEmpty();
  }

  @Test
  void aStoreThatCreatesExclusivelyIsTriedOutWithFourRequests() {
    storage.proveExclusiveCreates();
    assertThat(front.counts())
        .isEqualTo(Map.of("PutObject", 2L, "HeadObject", 1L, "DeleteObject", 1L));
    assertThat(SERVER.client().listObjectsV2(list -> list.bucket(bucket)).contents()).isEmpty();
  }

  @Test
  void realRefusalsOfTheServer() {
    Storage stranger = storage(Map.of("s3.secret-access-key", "wrong-and-secret"));
    assertFails(
        () -> stranger.create(KEY, BYTES),
        ErrorCode.CREDENTIALS,
        "Cannot write object 's3://%s/repo/folder/object': the store does not accept the credentials (SignatureDoesNotMatch"
            .formatted(bucket));
    Storage unknown =
        StorageLocation.parse("s3://bcn-no-such-bucket/x").open(SERVER.icebergProperties());
    assertFails(
        () -> unknown.create(KEY, BYTES),
        ErrorCode.USAGE,
        "Cannot write object 's3://bcn-no-such-bucket/x/folder/object': there is no such bucket (NoSuchBucket");
  }

  @Test
  void encryptionAndRequesterPaysAreAskedForOnEveryUpload() throws IOException {
    Storage encrypted =
        storage(
            Map.of(
                "s3.sse.type", "kms", "s3.sse.key", "key-1", "s3.requester-pays-enabled", "true"));
    front.breaking(
        request ->
            request.kind().equals("PutObject") || request.kind().equals("CreateMultipartUpload")
                ? S3Front.answers(403, "AccessDenied")
                : S3Front.PASSES);
    assertFails(
        () -> encrypted.create(KEY, BYTES), ErrorCode.PERMISSION_DENIED, "Cannot write object");
    try (ObjectWriter writer = encrypted.write(KEY)) {
      assertFails(
          () -> writer.write(random(PART + 1)), ErrorCode.PERMISSION_DENIED, "Cannot write object");
    }
    assertThat(front.requests())
        .hasSize(2)
        .allSatisfy(
            request ->
                assertThat(request.headers())
                    .containsEntry("x-amz-server-side-encryption", "aws:kms")
                    .containsEntry("x-amz-server-side-encryption-aws-kms-key-id", "key-1")
                    .containsEntry("x-amz-request-payer", "requester"));
  }

  private void write(byte[] bytes) throws IOException {
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(bytes);
      writer.commit();
    }
  }

  private int unfinished() {
    return SERVER.client().listMultipartUploads(list -> list.bucket(bucket)).uploads().size();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** The message, and that no secret stands in it or in any of its causes. */
  private static void assertFails(ThrowingCallable call, ErrorCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith(message)
        .satisfies(
            failure -> {
              assertThat(((BcnException) failure).code()).isEqualTo(code);
              for (Throwable at = failure; at != null; at = at.getCause()) {
                assertThat(String.valueOf(at))
                    .doesNotContain(S3Server.SECRET_KEY)
                    .doesNotContain("wrong-and-secret");
              }
            });
  }
}
