package io.bcn.cli;

import java.util.List;
import java.util.Locale;

/**
 * The main class: {@code bcn <verb> …}.
 *
 * <p>The edge of the program: here alone everything is caught, and here alone the process ends.
 */
public final class Bcn {
  private Bcn() {}

  /**
   * Runs one verb and ends the process with its exit code.
   *
   * <p>In the cluster deploy mode the process is Spark's own, which takes a call of {@code
   * System.exit} for a crash and runs the verb again: there a failure is thrown instead.
   */
  public static void main(String[] args) {
    // Numbers look the same whatever the machine's locale.
    Locale.setDefault(Locale.ROOT);
    int exitCode = run(List.of(args), Surroundings.ofThisProcess());
    if (SparkSessions.ownsTheProcess()) {
      if (exitCode != 0) {
        throw new EndedWithCode(exitCode);
      }
      return;
    }
    System.exit(exitCode);
  }

  /**
   * Runs one verb in this process, for notebooks: results go to stdout, the exit code is returned.
   */
  public static int run(String... args) {
    return run(List.of(args), Surroundings.ofThisProcess());
  }

  static int run(List<String> args, Surroundings surroundings) {
    return run(args, surroundings, Commands.all());
  }

  static int run(List<String> args, Surroundings surroundings, Commands commands) {
    Report report = Report.beforeParsing(args, surroundings);
    try {
      Invocation invocation = commands.invocation(args, surroundings);
      report = Report.of(invocation);
      return report.result(invocation.run());
    } catch (Exception | Error e) {
      // Errors too: a jar that a cluster lacks shows as NoClassDefFoundError.
      return processIsEnding() ? report.interrupted() : report.failure(e);
    }
  }

  /**
   * Whether somebody ends this process: then Spark stops under the verb, and what that throws says
   * nothing about it. Java tells only by refusing another hook.
   */
  private static boolean processIsEnding() {
    Thread hook = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException shuttingDown) {
      return true;
    }
  }

  /** How a verb that did not exit with 0 ends where the process is not ours. */
  private static final class EndedWithCode extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EndedWithCode(int exitCode) {
      super("bcn ended with exit code " + exitCode + "; its message stands above");
    }
  }
}
