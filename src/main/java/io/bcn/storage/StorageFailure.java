package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.security.sasl.SaslException;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.hdfs.server.namenode.SafeModeException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.ipc.RetriableException;
import org.apache.hadoop.ipc.StandbyException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.token.SecretManager.InvalidToken;

/** What a store's {@link IOException} means to the user: the one place that decides it. */
public final class StorageFailure {
  private static final String AWS_SDK = "software.amazon.awssdk.";

  /** What a storage does to its store. */
  @FunctionalInterface
  interface Action<T> {
    T run() throws IOException;
  }

  /**
   * One meaning, and how to know it: by an exception's type, or by its message where no type of its
   * own exists.
   */
  private record Meaning(
      ErrorCode code,
      String reason,
      String hint,
      List<Class<? extends IOException>> types,
      List<String> messages) {

    boolean explains(Throwable failure) {
      String message = Optional.ofNullable(failure.getMessage()).orElse("");
      return types.stream().anyMatch(type -> type.isInstance(failure))
          || messages.stream().anyMatch(message::contains);
    }
  }

  private static final Meaning OTHER =
      new Meaning(
          ErrorCode.FAILED,
          "the store failed",
          "Look at the store's own log, then run the same command again: it goes on where it stopped.",
          List.of(),
          List.of());

  /** The first that explains a failure or one of its causes is meant. */
  private static final List<Meaning> MEANINGS =
      List.of(
          new Meaning(
              ErrorCode.OUT_OF_SPACE,
              "no space is left",
              "Free space or raise the quota, then run the same command again: it goes on where it stopped.",
              List.of(ClusterStorageCapacityExceededException.class),
              List.of("No space left on device", "Disk quota exceeded")),
          new Meaning(
              ErrorCode.CREDENTIALS,
              "the store does not accept the credentials",
              "Renew them, for Kerberos with 'kinit' or spark-submit's '--principal' and '--keytab'.",
              List.of(SaslException.class, InvalidToken.class),
              List.of("authentication is not enabled")),
          // Before the next: HDFS calls it a lack of permission.
          new Meaning(
              ErrorCode.USAGE,
              "there is a file where a folder is needed",
              "Give another --repo, or move the file away.",
              List.of(ParentNotDirectoryException.class),
              List.of("is not a directory")),
          new Meaning(
              ErrorCode.PERMISSION_DENIED,
              "permission denied",
              "Give the user that runs BCN the right to read and write there, or run it as another user.",
              List.of(AccessDeniedException.class, AccessControlException.class),
              List.of("Operation not permitted", "Permission denied", "Read-only file system")),
          new Meaning(
              ErrorCode.STORAGE_UNAVAILABLE,
              "the store does not answer",
              "Check host and port and that the store is up, then run the same command again.",
              List.of(
                  SocketException.class,
                  SocketTimeoutException.class,
                  UnknownHostException.class,
                  SafeModeException.class,
                  RetriableException.class,
                  StandbyException.class),
              List.of("could only be written to 0 of the")));

  private StorageFailure() {}

  /**
   * What an exception means that somebody else's code met at a store, its causes left aside; empty
   * where it says nothing that is known here. By its text too: a server hands on no more than that.
   */
  public static Optional<ErrorCode> code(Throwable failure) {
    if (failure.getClass().getName().startsWith(AWS_SDK)) {
      return S3Failure.code(failure);
    }
    Throwable met = unwrapped(failure);
    return MEANINGS.stream()
        .filter(candidate -> candidate.explains(met))
        .map(Meaning::code)
        .findFirst();
  }

  /**
   * Runs the action; its IOException becomes a BcnException {@code Cannot <verb> '<location>': …}.
   */
  static <T> T translated(String verb, String location, Action<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw translate(verb, location, e);
    }
  }

  private static BcnException translate(String verb, String location, IOException failure) {
    Meaning meaning =
        MEANINGS.stream()
            .filter(candidate -> causes(failure).anyMatch(candidate::explains))
            .findFirst()
            .orElse(OTHER);
    String message =
        "Cannot %s '%s': %s (%s)".formatted(verb, location, meaning.reason, detail(failure));
    return new BcnException(meaning.code, message, meaning.hint, failure);
  }

  /**
   * Hadoop wraps what happened in exceptions that add the host, or that name a server's exception.
   */
  private static Stream<IOException> causes(IOException failure) {
    return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(20)
        .filter(IOException.class::isInstance)
        .map(StorageFailure::unwrapped)
        .map(IOException.class::cast);
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof RemoteException remote ? remote.unwrapRemoteException() : failure;
  }

  /** One line: Hadoop's messages may hold a server's whole stack trace. */
  private static String detail(IOException failure) {
    String text =
        failure instanceof FileSystemException local ? local.getReason() : failure.getMessage();
    return Optional.ofNullable(text)
        .flatMap(lines -> lines.lines().findFirst())
        .orElseGet(() -> failure.getClass().getSimpleName());
  }
}
