package io.bcn.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a command takes from the world around it; tests give it another.
 *
 * @param environment the process's environment
 * @param properties the JVM's system properties, among which spark-submit puts Spark's settings
 * @param out for results
 * @param err for progress and errors
 */
record Surroundings(
    Map<String, String> environment,
    Map<String, String> properties,
    PrintStream out,
    PrintStream err,
    Clock clock) {
  Surroundings {
    environment = Map.copyOf(environment);
    properties = Map.copyOf(properties);
  }

  static Surroundings ofThisProcess() {
    Map<String, String> properties = new TreeMap<>();
    System.getProperties()
        .stringPropertyNames()
        .forEach(key -> properties.put(key, System.getProperty(key)));
    // UTF-8 whatever the locale: names of tables are not garbled, and JSON is UTF-8 by definition.
    return new Surroundings(
        System.getenv(),
        properties,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        Clock.systemUTC());
  }
}
