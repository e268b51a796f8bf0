package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.NearNames;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** A file of flags: Java's properties format, a key is a flag's name without the dashes. */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads it. <i>Fails</i> with USAGE where there is none, or it has a key that is no verb's flag.
   */
  static Map<String, String> read(String path, Commands commands) {
    Map<String, String> values = properties("options file", path);
    List<String> known =
        commands.listed().stream()
            .flatMap(command -> command.usage().flags().stream())
            .map(Flag::name)
            .distinct()
            .toList();
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw problem(
            "options file", path, "no verb has the option '--%s'".formatted(key), hint(key, known));
      }
    }
    return values;
  }

  private static String hint(String key, List<String> known) {
    if (key.startsWith("spark.")) {
      return "Spark's settings belong in the file that --properties-file names.";
    }
    return NearNames.question(key, known)
        .orElse("A key is the name of an option without its dashes, like repo=….");
  }

  /** The file's keys and values. */
  static Map<String, String> properties(String kind, String path) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(path), StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw problem(kind, path, reason(path, e), "Check the path and the file's contents.");
    }
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }

  private static String reason(String path, Exception e) {
    if (e instanceof InvalidPathException || Files.notExists(Path.of(path))) {
      return "no such file";
    }
    if (Files.isDirectory(Path.of(path))) {
      return "it is a folder";
    }
    if (!Files.isReadable(Path.of(path))) {
      return "permission denied";
    }
    return e instanceof IllegalArgumentException
        ? "it is no properties file (" + e.getMessage() + ")"
        : "it is no text in UTF-8";
  }

  private static BcnException problem(String kind, String path, String reason, String hint) {
    return UsageProblem.of("Cannot read %s '%s': %s".formatted(kind, path, reason), hint);
  }
}
