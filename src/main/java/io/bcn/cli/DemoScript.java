package io.bcn.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL of the demo, from a file beside this class: comments stand on lines of their own, a statement
 * ends with a semicolon at the end of a line.
 *
 * @param parts in the file's order
 */
record DemoScript(List<Part> parts) {

  /**
   * One statement.
   *
   * @param text as the file has it, with the comment above it
   * @param statement what Spark is given: no comment, no semicolon
   */
  record Part(String text, String statement) {}

  DemoScript {
    parts = List.copyOf(parts);
  }

  /** Reads one of the demo's two scripts. */
  static DemoScript named(String file) {
    try (InputStream stream = DemoScript.class.getResourceAsStream(file)) {
      return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static DemoScript parse(String sql) {
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    StringBuilder statement = new StringBuilder();
    for (String line : sql.split("\n", -1)) {
      text.append(line).append('\n');
      if (line.startsWith("--")) {
        continue;
      }
      statement.append(line.strip()).append(' ');
      if (line.endsWith(";")) {
        parts.add(new Part(text.toString(), statement.toString().strip().replaceFirst(";$", "")));
        text.setLength(0);
        statement.setLength(0);
      }
    }
    return new DemoScript(parts);
  }
}
