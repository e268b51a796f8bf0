package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The program as its users run it: what {@code bin/bcn} starts, in a process of its own. */
final class BcnProcess {
  private static final String LOG = "-Dlog4j2.configurationFile=conf/log4j2.properties";

  /** For short lives on busy cores: no second compiler, no threads to collect garbage. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

  private BcnProcess() {}

  /** A verb that needs no Spark. */
  static ChildJvm plain(String... arguments) {
    return plain(List.of(), arguments);
  }

  static ChildJvm plain(List<String> jvmFlags, String... arguments) {
    List<String> command = new ArrayList<>(SHORT_LIVED);
    command.add(LOG);
    command.addAll(jvmFlags);
    command.add(io.bcn.cli.Bcn.class.getName());
    command.addAll(Arrays.asList(arguments));
    return ChildJvm.start(Map.of(), command);
  }

  /** A verb under spark-submit, in one JVM. */
  static ChildJvm local(Lake lake, String... arguments) {
    Map<String, String> conf = catalog(lake);
    conf.put("spark.sql.shuffle.partitions", "2");
    return submitted("local[2]", conf, arguments);
  }

  /** A verb under spark-submit. */
  static ChildJvm submitted(String master, Map<String, String> conf, String... arguments) {
    List<String> command = new ArrayList<>(SHORT_LIVED);
    command.addAll(List.of("@conf/jvm-flags", "-Xmx1g", LOG));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--class", io.bcn.cli.Bcn.class.getName(), "--master", master));
    conf.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    // Everything is on the class path already.
    command.add("spark-internal");
    command.addAll(Arrays.asList(arguments));
    return ChildJvm.start(Map.of(), command);
  }

  /** A verb under spark-submit, with all settings in a file. */
  static ChildJvm withProperties(Path properties, String... arguments) {
    List<String> command = new ArrayList<>(SHORT_LIVED);
    command.addAll(List.of("@conf/jvm-flags", "-Xmx1g", LOG));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--class", io.bcn.cli.Bcn.class.getName(), "--master", "local[2]"));
    command.addAll(List.of("--properties-file", properties.toString(), "spark-internal"));
    command.addAll(Arrays.asList(arguments));
    return ChildJvm.start(Map.of(), command);
  }

  /** How Spark is told of the lake's catalog. */
  static Map<String, String> catalog(Lake lake) {
    Map<String, String> settings = SharedSpark.settings();
    settings.keySet().removeIf(key -> !key.startsWith("spark.sql.catalog." + lake.catalog()));
    return settings;
  }

  /** Waits for its success, and reads what {@code --json} printed. */
  static JsonNode json(ChildJvm process) {
    try (process) {
      ChildJvm.Ended ended = process.ended();
      assertThat(ended.exitCode()).as(ended.err()).isZero();
      assertNoStackTrace(ended.err());
      return new ObjectMapper().readTree(ended.out());
    } catch (JsonProcessingException e) {
      throw new AssertionError("stdout is not one JSON document", e);
    }
  }

  static void assertNoStackTrace(String text) {
    assertThat(text).doesNotContainPattern("(?m)^\\s+at [a-z]+\\.");
  }
}
