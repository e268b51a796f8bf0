package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.it.S3Front;
import io.bcn.it.S3Server;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is thrown by catalogs and FileIOs means what the same would mean to a repository. */
class CatalogFailureTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(ErrorCode.OUT_OF_SPACE, new IOException("No space left on device")),
        // So java.io says it of a file that can't be made.
        Arguments.of(
            ErrorCode.OUT_OF_SPACE, new FileNotFoundException("/f (No space left on device)")),
        Arguments.of(
            ErrorCode.OUT_OF_SPACE, new FileSystemException("/f", null, "Disk quota exceeded")),
        Arguments.of(
            ErrorCode.OUT_OF_SPACE,
            new RemoteException(DSQuotaExceededException.class.getName(), "quota used")),
        Arguments.of(
            ErrorCode.OUT_OF_SPACE,
            new ServiceFailureException("Server error: IOException: No space left on device")),
        Arguments.of(ErrorCode.OUT_OF_SPACE, new SQLException("could not extend file", "53100")),
        Arguments.of(
            ErrorCode.OUT_OF_SPACE,
            new SQLException("[SQLITE_FULL] Insertion failed because database is full")),
        Arguments.of(ErrorCode.PERMISSION_DENIED, new AccessDeniedException("/f")),
        Arguments.of(
            ErrorCode.PERMISSION_DENIED,
            new NotFoundException(new FileNotFoundException("/f (Permission denied)"), "/f")),
        Arguments.of(
            ErrorCode.PERMISSION_DENIED, new FileNotFoundException("/f (Read-only file system)")),
        Arguments.of(
            ErrorCode.PERMISSION_DENIED,
            new SQLException("[SQLITE_READONLY] Attempt to write a readonly database")),
        Arguments.of(
            ErrorCode.SOURCE_MISSING, new FileNotFoundException("/f (No such file or directory)")),
        Arguments.of(ErrorCode.STORAGE_UNAVAILABLE, new SocketTimeoutException("timed out")),
        Arguments.of(ErrorCode.STORAGE_UNAVAILABLE, new SQLException("no connection", "08006")),
        Arguments.of(ErrorCode.FAILED, new IOException("broken")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureMeansWhatItsTypeOrItsTextSaysHoweverItIsWrapped(ErrorCode code, Throwable failure) {
    assertThat(CatalogFailure.code(failure)).isEqualTo(code);
    assertThat(CatalogFailure.code(new RuntimeException("wrapped", failure))).isEqualTo(code);
  }

  @ParameterizedTest
  @EnabledIf(value = S3Server.CAN_RUN, disabledReason = S3Server.WHY_NOT)
  @CsvSource({
    "507, InsufficientStorage, OUT_OF_SPACE",
    "403, QuotaExceeded, OUT_OF_SPACE",
    "403, AccessDenied, PERMISSION_DENIED",
    "403, InvalidAccessKeyId, CREDENTIALS",
    "503, SlowDown, STORAGE_UNAVAILABLE",
    "500, InternalError, STORAGE_UNAVAILABLE",
    "400, MalformedXML, FAILED",
  })
  void anAnswerToS3FileIoIsTakenForWhatItSays(int status, String code, ErrorCode meaning)
      throws IOException {
    try (S3Front front = S3Front.of(S3Server.shared());
        S3FileIO io = s3(front)) {
      String location = "s3://%s/file".formatted(S3Server.shared().newBucket());
      front.breaking(request -> S3Front.answers(status, code));

      Throwable failure =
          catchThrowable(
              () -> {
                try (OutputStream out = io.newOutputFile(location).createOrOverwrite()) {
                  out.write(1);
                }
              });

      assertThat(CatalogFailure.code(failure)).as("%s", failure).isEqualTo(meaning);
      assertThat(place(location, new UncheckedIOException(new IOException(failure))))
          .hasMessageStartingWith("Cannot place '%s': ".formatted(location))
          .extracting("code")
          .isEqualTo(meaning);
    }
  }

  private static BcnException place(String location, Exception failure) {
    return TargetFailure.of(location, failure, Secrets.of(Map.of()));
  }

  private static S3FileIO s3(S3Front front) {
    Map<String, String> settings = new TreeMap<>(S3Server.icebergProperties(front.endpoint()));
    settings.put("s3.retry.num-retries", "1");
    settings.put("s3.retry.min-wait-ms", "1");
    S3FileIO io = new S3FileIO();
    io.initialize(settings);
    return io;
  }

  @Test
  void whatIsOfOneFileOfTheTargetHasNoCodeOfItsOwn() {
    assertThat(place("/f", new NotFoundException("gone")))
        .hasMessage("Cannot place '/f': the store failed: gone")
        .extracting("code")
        .isEqualTo(ErrorCode.FAILED);
  }
}
