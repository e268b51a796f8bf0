package io.bcn.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Runs whole command lines in this process, in surroundings of their own. */
public final class Console {
  static final Instant NOW = Instant.parse("2026-02-01T12:00:00Z");

  private final Map<String, String> environment = new TreeMap<>();
  private final Map<String, String> properties = new TreeMap<>();
  private Commands commands = Commands.all();
  private Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

  /** What a command line came to. */
  public record Run(int exitCode, String out, String err) {}

  static {
    Locale.setDefault(Locale.ROOT);
  }

  Console environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Console property(String key, String value) {
    properties.put(key, value);
    return this;
  }

  Console commands(Command... all) {
    commands = Commands.of(all);
    return this;
  }

  /** Instead of {@link #NOW}, for ever. */
  public Console clock(Clock other) {
    clock = other;
    return this;
  }

  public Run run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            environment,
            properties,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            clock);
    int exitCode = Bcn.run(List.of(words), surroundings, commands);
    return new Run(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
