package io.bcn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.security.sasl.SaslException;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.hdfs.server.namenode.SafeModeException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class StorageFailureTest {

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsOutOfSpace() {
    assertMeans(
        ErrorCode.OUT_OF_SPACE,
        "no space is left (No space left on device)",
        () -> {
          try (OutputStream full = Files.newOutputStream(Path.of("/dev/full"))) {
            full.write(1);
          }
          return true;
        });
  }

  @Test
  void aQuotaThatIsUsedUpIsOutOfSpace() {
    assertMeans(
        ErrorCode.OUT_OF_SPACE,
        "no space is left (quota used)",
        new DSQuotaExceededException("quota used"));
    assertMeans(
        ErrorCode.OUT_OF_SPACE,
        "no space is left (Disk quota exceeded)",
        new FileSystemException("a", null, "Disk quota exceeded"));
  }

  @Test
  void aMissingRightIsPermissionDenied() {
    assertMeans(
        ErrorCode.PERMISSION_DENIED,
        "permission denied (AccessDeniedException)",
        new AccessDeniedException("a"));
    assertMeans(
        ErrorCode.PERMISSION_DENIED,
        "permission denied (user=eve)",
        new AccessControlException("user=eve"));
    assertMeans(
        ErrorCode.PERMISSION_DENIED,
        "permission denied (Read-only file system)",
        new FileSystemException("a", null, "Read-only file system"));
  }

  @Test
  void aFileOnHdfsWhereAFolderIsNeededIsAWrongLocation() {
    assertMeans(
        ErrorCode.USAGE,
        "there is a file where a folder is needed (/repo (is not a directory))",
        new AccessControlException("/repo (is not a directory)"));
  }

  @Test
  void aStoreThatDoesNotAnswerIsUnavailable() {
    for (IOException failure :
        new IOException[] {
          new ConnectException("refused"),
          new SocketTimeoutException("refused"),
          new UnknownHostException("refused")
        }) {
      assertMeans(ErrorCode.STORAGE_UNAVAILABLE, "the store does not answer (refused)", failure);
    }
  }

  @Test
  void aRefusedTicketIsAboutCredentialsHoweverItIsWrapped() {
    assertMeans(
        ErrorCode.CREDENTIALS,
        "the store does not accept the credentials (wrapped)",
        new IOException("wrapped", new SaslException("GSS initiate failed")));
  }

  @Test
  void aServersExceptionCountsByItsOwnType() {
    assertMeans(
        ErrorCode.STORAGE_UNAVAILABLE,
        "the store does not answer (Name node is in safe mode.)",
        new RemoteException(
            SafeModeException.class.getName(), "Name node is in safe mode.\n\tat X.java"));
  }

  @Test
  void anythingElseFailsInOneLine() {
    assertMeans(
        ErrorCode.FAILED, "the store failed (broken)", new IOException("broken\n\tat somewhere"));
    assertMeans(ErrorCode.FAILED, "the store failed (IOException)", new IOException());
  }

  @Test
  void causesThatGoInACircleEnd() {
    IOException first = new IOException("first");
    IOException second = new IOException("second", first);
    first.initCause(second);
    assertMeans(ErrorCode.FAILED, "the store failed (first)", first);
  }

  private static void assertMeans(ErrorCode code, String reason, IOException failure) {
    assertMeans(
        code,
        reason,
        () -> {
          throw failure;
        });
  }

  private static void assertMeans(ErrorCode code, String reason, StorageFailure.Action<?> action) {
    BcnException failure =
        catchThrowableOfType(
            BcnException.class, () -> StorageFailure.translated("read object", "/repo/a", action));
    assertThat(failure).hasMessage("Cannot read object '/repo/a': " + reason);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.hint()).isNotBlank().endsWith(".");
    assertThat(failure.getCause()).isInstanceOf(IOException.class);
  }
}
