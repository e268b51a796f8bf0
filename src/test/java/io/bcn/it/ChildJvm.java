package io.bcn.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A JVM of its own with this one's class path; whatever happens, it ends with the test. */
final class ChildJvm implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static final long THREADS_TOLD_MILLIS = 3000;

  private final Process process;
  private final Path out;
  private final Path err;

  private ChildJvm(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** What a process that ended has said. */
  record Ended(int exitCode, String out, String err) {}

  /**
   * Starts it.
   *
   * @param arguments what follows {@code java -cp <class path>}
   */
  static ChildJvm start(Map<String, String> environment, List<String> arguments) {
    try {
      Path out = Files.createTempFile("bcn-child-", ".out");
      Path err = Files.createTempFile("bcn-child-", ".err");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-cp", classPath()));
      command.addAll(arguments);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(Redirect.to(out.toFile()))
              .redirectError(Redirect.to(err.toFile()));
      builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
      builder.environment().putAll(environment);
      return new ChildJvm(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tests' own class path; surefire may hide it behind a jar that holds a manifest only. */
  static String classPath() {
    return Optional.ofNullable(System.getProperty("surefire.test.class.path"))
        .orElseGet(() -> System.getProperty("java.class.path"));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** {@code kill -9}; returns when the process is gone. */
  void kill() {
    process.destroyForcibly();
    waitFor();
  }

  /**
   * Asks it to end, as Ctrl-C does: by SIGTERM, since a process of a background shell may ignore
   * SIGINT.
   */
  void interrupt() {
    process.destroy();
  }

  /** Waits for its end. */
  Ended ended() {
    waitFor();
    return new Ended(process.exitValue(), said(out), said(err));
  }

  /** What it has written to stderr so far. */
  String errSoFar() {
    return said(err);
  }

  private void waitFor() {
    try {
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        askForItsThreads();
        process.destroyForcibly();
        throw new AssertionError(
            "a child process took too long; it said: " + said(err) + said(out));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Java writes where each thread is to stdout. */
  private void askForItsThreads() {
    try {
      new ProcessBuilder("kill", "-QUIT", String.valueOf(process.pid())).start().waitFor();
      Thread.sleep(THREADS_TOLD_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String said(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
