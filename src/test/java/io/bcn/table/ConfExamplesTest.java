package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.storage.S3Settings;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The examples in {@code conf/}: each loads, and each key, those in comments too, means something.
 */
class ConfExamplesTest {
  private static final Path CONF = Path.of("conf");
  private static final String CATALOG = "spark.sql.catalog.";
  private static final List<String> WITH_ICEBERGS_KEYS =
      List.of(
          "org.apache.iceberg.CatalogProperties",
          "org.apache.iceberg.CatalogUtil",
          "org.apache.iceberg.jdbc.JdbcUtil",
          "org.apache.iceberg.rest.auth.OAuth2Properties",
          "org.apache.iceberg.rest.auth.AuthProperties",
          "org.apache.iceberg.aws.AwsProperties",
          "org.apache.iceberg.aws.AwsClientProperties",
          "org.apache.iceberg.aws.s3.S3FileIOProperties");

  /** Below these stand names that others choose: headers, Hadoop's keys, a driver's properties. */
  private static final List<String> OPEN =
      List.of("header.", "hadoop.", "jdbc.user", "jdbc.password");

  private static Map<String, String> load(String text) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    Map<String, String> loaded = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> loaded.put(key, properties.getProperty(key)));
    return loaded;
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "minio-hive", "aws-glue", "rest", "postgres", "hadoop"})
  void anExampleOpensACatalogAndHoldsNoUnknownKey(String stack) throws Exception {
    String text = Files.readString(CONF.resolve(stack + ".conf"));
    Map<String, String> settings = load(text);
    String catalog =
        settings.keySet().stream()
            .filter(key -> key.matches("spark\\.sql\\.catalog\\.[^.]+"))
            .map(key -> key.substring(CATALOG.length()))
            .collect(Collectors.collectingAndThen(Collectors.toList(), found -> found.get(0)));

    CatalogConfiguration configuration = CatalogConfiguration.of(settings, catalog);
    assertThat(configuration.kind()).isIn("hive", "glue", "rest", "jdbc", "hadoop");
    assertThat(configuration.properties()).containsKey("warehouse");
    assertThat(settings).containsKey("spark.sql.extensions");
    assertThat(text)
        .contains("--catalog " + catalog + " --properties-file conf/" + stack + ".conf");
    assertThat(unknown(settings.keySet(), catalog)).isEmpty();
    assertThat(unknown(load(text.replaceAll("(?m)^#(?=spark\\.)", "")).keySet(), catalog))
        .isEmpty();
  }

  @Test
  void everyFileIsOneOfTheExamples() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(".conf")))
          .containsExactlyInAnyOrder(EXAMPLES);
    }
  }

  private static Set<String> unknown(Set<String> keys, String catalog) throws Exception {
    Set<String> icebergs = icebergsKeys();
    Set<String> unknown = new TreeSet<>();
    for (String key : keys) {
      if (!isKnown(key, catalog, icebergs)) {
        unknown.add(key);
      }
    }
    return unknown;
  }

  private static boolean isKnown(String key, String catalog, Set<String> icebergs)
      throws ClassNotFoundException {
    String own = CATALOG + catalog;
    if (key.startsWith(own + ".")) {
      String property = key.substring(own.length() + 1);
      return icebergs.contains(property) || OPEN.stream().anyMatch(property::startsWith);
    }
    if (key.startsWith("spark.bcn.")) {
      return S3Settings.KEYS.contains(key.substring("spark.bcn.".length()));
    }
    return key.equals(own) || key.startsWith("spark.hadoop.") || isSparks(key);
  }

  /** Spark's objects register their keys when they are loaded. */
  private static boolean isSparks(String key) throws ClassNotFoundException {
    Class.forName("org.apache.spark.internal.config.package$");
    Class.forName("org.apache.spark.sql.internal.StaticSQLConf$");
    return ConfigEntry.findEntry(key) != null;
  }

  private static Set<String> icebergsKeys() throws Exception {
    Set<String> keys = new TreeSet<>();
    for (String name : WITH_ICEBERGS_KEYS) {
      for (Field field : Class.forName(name).getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
          field.setAccessible(true);
          keys.add((String) field.get(null));
        }
      }
    }
    return keys;
  }

  private static final String[] EXAMPLES =
      Arrays.stream(new String[] {"local", "minio-hive", "aws-glue", "rest", "postgres", "hadoop"})
          .map(stack -> stack + ".conf")
          .toArray(String[]::new);
}
