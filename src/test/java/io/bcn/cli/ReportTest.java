package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.cli.Console.Run;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir Path temp;

  /** A verb that does as it is told. */
  private record Act(Supplier<Result> action) implements Command {
    @Override
    public Usage usage() {
      return new Usage("act", "Act", "For tests.", List.of(), List.of("bcn act"));
    }

    @Override
    public Result run(Invocation invocation) {
      return action.get();
    }
  }

  private static BcnException locked() {
    return new BcnException(ErrorCode.LOCKED, "Cannot do it: it is locked", "Wait.");
  }

  private static Console console(Supplier<Result> action) {
    return new Console().commands(new Act(action));
  }

  private static Console failing(RuntimeException failure) {
    return console(
        () -> {
          throw failure;
        });
  }

  private static Console succeeding(int exitCode) {
    return console(() -> new Result(exitCode, Map.of("schema_version", "1"), "Dönè.\n"));
  }

  @Test
  void aResultGoesToStdoutAndItsCodeIsTheExitCode() {
    assertThat(succeeding(0).run("act")).isEqualTo(new Run(0, "Dönè.\n", ""));
    assertThat(succeeding(3).run("act", "--json"))
        .isEqualTo(new Run(3, "{\n  \"schema_version\" : \"1\"\n}\n", ""));
  }

  @Test
  void anErrorGoesToStderrAsAProblemAndAHint() {
    assertThat(failing(locked()).run("act"))
        .isEqualTo(new Run(21, "", "Error: Cannot do it: it is locked\nHint: Wait.\n"));
  }

  @Test
  void anErrorAsJsonIsOneDocumentOnStdout() {
    String document =
        """
        {
          "code" : 21,
          "error" : "LOCKED",
          "hint" : "Wait.",
          "message" : "Cannot do it: it is locked",
          "schema_version" : "1"
        }
        """;

    assertThat(failing(locked()).run("act", "--json")).isEqualTo(new Run(21, document, ""));
    assertThat(failing(locked()).environment("BCN_JSON", "true").run("act"))
        .isEqualTo(new Run(21, document, ""));
  }

  @Test
  void aUsageErrorIsJsonToo() {
    Run run = succeeding(0).run("act", "--json", "--colour");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).contains("\"error\" : \"USAGE\"", "\"code\" : 2", "--colour");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void ofWrappedFailuresTheFirstOfOursIsTold() {
    RuntimeException wrapped =
        new IllegalStateException(
            "Job aborted due to stage failure", new IOException("task failed", locked()));

    Run run = failing(wrapped).run("act");

    assertThat(run.exitCode()).isEqualTo(21);
    assertThat(run.err()).isEqualTo("Error: Cannot do it: it is locked\nHint: Wait.\n");
  }

  @Test
  void anythingElseIsADefectWithItsStackTrace() {
    Run run = failing(new IllegalStateException("a plan without tables")).run("act");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            """
            Error: java.lang.IllegalStateException: a plan without tables; this is a defect of BCN
            Hint: Report it with the stack trace that stderr has.
            """)
        .contains("at io.bcn.cli.ReportTest");
    Run json = failing(new IllegalStateException("x")).run("act", "--json");
    assertThat(json.out()).contains("\"error\" : \"FAILED\"", "this is a defect of BCN");
    assertThat(json.err()).contains("at io.bcn.cli.ReportTest");
  }

  @Test
  void causesThatGoInACircleEnd() {
    RuntimeException first = new IllegalStateException("first");
    RuntimeException second = new IllegalStateException("second", first);
    first.initCause(second);

    assertThat(failing(first).run("act").exitCode()).isEqualTo(1);
  }

  @Test
  void theDocumentGoesToTheResultFileToo() throws IOException {
    Path file = temp.resolve("new/result.json");

    Run run = succeeding(0).run("act", "--result-file", "file://" + file);

    assertThat(run).isEqualTo(new Run(0, "Dönè.\n", ""));
    assertThat(file).hasContent("{\n  \"schema_version\" : \"1\"\n}\n");
    assertThat(failing(locked()).run("act", "--result-file", file.toString()).exitCode())
        .isEqualTo(21);
    assertThat(Files.readString(file)).contains("\"error\" : \"LOCKED\"");
  }

  @Test
  void aResultFileThatCannotBeWrittenFailsAfterTheResultIsOut() throws IOException {
    Path inTheWay = Files.writeString(temp.resolve("file"), "x");

    Run run = succeeding(0).run("act", "--json", "--result-file", inTheWay + "/result.json");

    assertThat(run.exitCode()).isNotZero();
    assertThat(run.out()).as("one document").isEqualTo("{\n  \"schema_version\" : \"1\"\n}\n");
    assertThat(run.err())
        .contains("Error: Cannot write result file '%s/result".formatted(inTheWay));
  }
}
