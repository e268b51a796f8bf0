package io.bcn.cli;

import java.io.PrintStream;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Progress on stderr: a line each; on a terminal the status of moving bytes is redrawn in its
 * place.
 *
 * <p>Used by several threads.
 */
final class StatusLine implements Consumer<String>, AutoCloseable {
  /** How Progress begins a status, other than a step. */
  private static final Pattern STATUS = Pattern.compile(" *\\d+%  .*");

  private static final String REDRAW = "\r\u001b[K";

  private final PrintStream err;
  private final Medium medium;
  private boolean open;

  /** What shows the lines. */
  enum Medium {
    TERMINAL,
    LOG,
    NOTHING;

    static Medium of(Invocation invocation) {
      if (invocation.arguments().has(CommonFlags.QUIET)) {
        return NOTHING;
      }
      // Whether stderr is a terminal, Java cannot tell; bin/bcn can.
      return invocation.surroundings().environment().containsKey("BCN_STDERR_IS_TERMINAL")
          ? TERMINAL
          : LOG;
    }
  }

  StatusLine(PrintStream err, Medium medium) {
    this.err = err;
    this.medium = medium;
  }

  static StatusLine of(Invocation invocation) {
    return new StatusLine(invocation.surroundings().err(), Medium.of(invocation));
  }

  @Override
  public synchronized void accept(String line) {
    if (medium == Medium.NOTHING) {
      return;
    }
    if (medium == Medium.TERMINAL && STATUS.matcher(line).matches()) {
      err.print(REDRAW + line);
      err.flush();
      open = true;
      return;
    }
    close();
    err.println(line);
  }

  /** Ends a line that was being redrawn. */
  @Override
  public synchronized void close() {
    if (open) {
      err.println();
      open = false;
    }
  }
}
