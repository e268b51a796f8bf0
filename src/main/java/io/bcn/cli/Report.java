package io.bcn.cli;

import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one place that prints: a result to stdout, an error to stderr, or either as JSON to stdout.
 */
final class Report {
  private final Surroundings surroundings;
  private final Form form;
  private final Optional<String> file;
  private boolean resultIsOut;

  private enum Form {
    TEXT,
    JSON
  }

  private Report(Surroundings surroundings, Form form, Optional<String> file) {
    this.surroundings = surroundings;
    this.form = form;
    this.file = file;
  }

  /** For what is wrong with the command line itself. */
  static Report beforeParsing(List<String> args, Surroundings surroundings) {
    boolean json =
        args.contains(CommonFlags.JSON.toString())
            || "true"
                .equals(surroundings.environment().get(CommonFlags.JSON.environmentVariable()));
    return new Report(surroundings, json ? Form.JSON : Form.TEXT, Optional.empty());
  }

  static Report of(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Optional<String> file = arguments.value(CommonFlags.RESULT_FILE);
    file.ifPresent(ResultFile::parse);
    return new Report(
        invocation.surroundings(), arguments.has(CommonFlags.JSON) ? Form.JSON : Form.TEXT, file);
  }

  /** Prints it, and returns the exit code. */
  int result(Result result) {
    byte[] document = Documents.write(result.document());
    if (form == Form.JSON) {
      surroundings.out().writeBytes(document);
    } else {
      surroundings.out().print(result.text());
    }
    surroundings.out().flush();
    resultIsOut = true;
    writeFile(document);
    return result.exitCode();
  }

  /** Prints it, and returns the exit code. */
  int failure(Throwable thrown) {
    Failure failure = Failure.of(thrown);
    byte[] document = Documents.write(failure.document());
    PrintStream err = surroundings.err();
    // Stdout has one document, even where the file of the result could not be written.
    if (form == Form.JSON && !resultIsOut) {
      surroundings.out().writeBytes(document);
      surroundings.out().flush();
    } else {
      err.print(failure.text());
    }
    if (failure.isDefect()) {
      thrown.printStackTrace(err);
    }
    if (!resultIsOut) {
      writeFileOrSayWhyNot(document);
    }
    err.flush();
    return failure.code();
  }

  /**
   * Says that the process was told to end; whoever told it knows why, and gets the signal's code.
   */
  int interrupted() {
    surroundings
        .err()
        .print(
            "Interrupted. Run the same command again: it uses what was copied so far.%n"
                .formatted());
    surroundings.err().flush();
    return ErrorCode.FAILED.exitCode();
  }

  private void writeFileOrSayWhyNot(byte[] document) {
    try {
      writeFile(document);
    } catch (RuntimeException second) {
      surroundings.err().print(Failure.of(second).text());
    }
  }

  private Map<String, String> storageSettings() {
    return SparkSettings.storage(SparkSettings.of(surroundings), surroundings.environment());
  }

  private void writeFile(byte[] document) {
    file.map(ResultFile::parse).ifPresent(target -> target.write(document, storageSettings()));
  }
}
