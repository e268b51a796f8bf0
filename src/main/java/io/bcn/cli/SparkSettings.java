package io.bcn.cli;

import io.bcn.storage.S3Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Spark's configuration as spark-submit would see it, without Spark: for the verbs that start no
 * session, and for flags.
 */
final class SparkSettings {
  /** What bin/bcn sets where spark-submit does not read the file. */
  static final String PROPERTIES_FILE = "bcn.properties-file";

  static final String DEPLOY_MODE = "spark.submit.deployMode";
  private static final String HADOOP = "spark.hadoop.";
  private static final String BCN = "spark.bcn.";

  private SparkSettings() {}

  /** All {@code spark.*} settings: those of the JVM over those of the file of properties. */
  static Map<String, String> of(Surroundings surroundings) {
    Map<String, String> settings = new TreeMap<>();
    file(surroundings)
        .map(path -> ConfigFile.properties("properties file", path))
        .ifPresent(settings::putAll);
    settings.putAll(surroundings.properties());
    settings.keySet().removeIf(key -> !key.startsWith("spark."));
    return settings;
  }

  /**
   * What a storage wants to know: Hadoop's settings under Hadoop's own names, and those of S3, the
   * environment's ({@code BCN_S3_ENDPOINT}) over Spark's ({@code spark.bcn.s3.endpoint}).
   */
  static Map<String, String> storage(
      Map<String, String> settings, Map<String, String> environment) {
    Map<String, String> storage = hadoop(settings);
    for (String key : S3Settings.KEYS) {
      Optional.ofNullable(settings.get(BCN + key)).ifPresent(value -> storage.put(key, value));
      String name = "BCN_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
      Optional.ofNullable(environment.get(name)).ifPresent(value -> storage.put(key, value));
    }
    return storage;
  }

  private static Map<String, String> hadoop(Map<String, String> settings) {
    Map<String, String> hadoop = new TreeMap<>();
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(HADOOP)) {
            hadoop.put(key.substring(HADOOP.length()), value);
          }
        });
    return hadoop;
  }

  private static Optional<String> file(Surroundings surroundings) {
    Map<String, String> properties = surroundings.properties();
    if (properties.containsKey(DEPLOY_MODE)) {
      return Optional.empty(); // spark-submit has read its files and set what they say
    }
    Map<String, String> environment = surroundings.environment();
    return Optional.ofNullable(properties.get(PROPERTIES_FILE))
        .or(
            () ->
                Optional.ofNullable(environment.get("SPARK_CONF_DIR"))
                    .or(
                        () ->
                            Optional.ofNullable(environment.get("SPARK_HOME"))
                                .map(home -> home + "/conf"))
                    .map(folder -> folder + "/spark-defaults.conf")
                    .filter(path -> Files.isReadable(Path.of(path))));
  }
}
