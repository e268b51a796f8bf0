package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.cli.StatusLine.Medium;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private static String shownOn(Medium medium) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (StatusLine line = new StatusLine(err, medium)) {
      line.accept("Copying: 2 files, 4 B");
      line.accept(" 50%  Copying  1/2 files");
      line.accept("100%  Copying  2/2 files");
      line.accept("Committing");
      line.accept(" 10%  More");
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTerminalShowsAStatusInItsPlace() {
    assertThat(shownOn(Medium.TERMINAL))
        .isEqualTo(
            "Copying: 2 files, 4 B\n"
                + "\r\u001b[K 50%  Copying  1/2 files"
                + "\r\u001b[K100%  Copying  2/2 files\n"
                + "Committing\n"
                + "\r\u001b[K 10%  More\n");
  }

  @Test
  void aLogGetsALineEach() {
    assertThat(shownOn(Medium.LOG).lines())
        .containsExactly(
            "Copying: 2 files, 4 B",
            " 50%  Copying  1/2 files",
            "100%  Copying  2/2 files",
            "Committing",
            " 10%  More");
  }

  @Test
  void quietIsNothing() {
    assertThat(shownOn(Medium.NOTHING)).isEmpty();
  }
}
