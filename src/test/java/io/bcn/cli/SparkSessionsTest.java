package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** What a new session would get; none is started. */
class SparkSessionsTest {
  private static SparkConf conf(Map<String, String> settings) {
    return SparkSessions.configuration("backup", settings);
  }

  @Test
  void theSerializerIsFixed() {
    assertThat(
            conf(Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer"))
                .get("spark.serializer"))
        .isEqualTo("org.apache.spark.serializer.JavaSerializer");
  }

  @Test
  void noTaskIsTriedTwiceAtOnceWhateverTheUserSays() {
    assertThat(conf(Map.of("spark.speculation", "true")).get("spark.speculation"))
        .isEqualTo("false");
    assertThat(conf(Map.of()).get("spark.speculation")).isEqualTo("false");
  }

  @Test
  void theNameSaysTheVerbUnlessTheUserGaveOne() {
    assertThat(conf(Map.of()).get("spark.app.name")).isEqualTo("bcn backup");
    assertThat(conf(Map.of("spark.app.name", "io.bcn.cli.Bcn")).get("spark.app.name"))
        .isEqualTo("bcn backup");
    assertThat(conf(Map.of("spark.app.name", "nightly")).get("spark.app.name"))
        .isEqualTo("nightly");
  }

  @Test
  void aLocalMasterGetsLittleMachinery() {
    SparkConf local = conf(Map.of("spark.master", "local[3]"));

    assertThat(local.get("spark.sql.shuffle.partitions")).isEqualTo("6");
    assertThat(local.get("spark.ui.enabled")).isEqualTo("false");
    assertThat(conf(Map.of("spark.master", "local")).get("spark.sql.shuffle.partitions"))
        .isEqualTo("2");
    assertThat(conf(Map.of("spark.master", "local[2,4]")).get("spark.sql.shuffle.partitions"))
        .isEqualTo("4");
    assertThat(local.get("spark.sql.adaptive.enabled")).isEqualTo("false");
    assertThat(local.get("spark.sql.codegen.wholeStage")).isEqualTo("false");
    assertThat(conf(Map.of()).get("spark.master")).isEqualTo("local[*]");
  }

  @Test
  void whatTheUserSaysStays() {
    SparkConf conf =
        conf(
            Map.of(
                "spark.master", "local[2]",
                "spark.ui.enabled", "true",
                "spark.sql.adaptive.enabled", "true",
                "spark.sql.shuffle.partitions", "7",
                "spark.sql.catalog.c.uri", "thrift://x"));

    assertThat(conf.get("spark.ui.enabled")).isEqualTo("true");
    assertThat(conf.get("spark.sql.adaptive.enabled")).isEqualTo("true");
    assertThat(conf.get("spark.sql.shuffle.partitions")).isEqualTo("7");
    assertThat(conf.get("spark.sql.catalog.c.uri")).isEqualTo("thrift://x");
  }

  @Test
  void aClustersOwnDefaultsStay() {
    SparkConf yarn = conf(Map.of("spark.master", "yarn"));

    assertThat(yarn.contains("spark.ui.enabled")).isFalse();
    assertThat(yarn.contains("spark.sql.shuffle.partitions")).isFalse();
    assertThat(yarn.get("spark.sql.adaptive.enabled")).isEqualTo("true");
  }

  @Test
  void hadoopsSettingsAreFoundAmongSparks() {
    assertThat(
            SparkSettings.storage(
                Map.of("spark.hadoop.fs.defaultFS", "hdfs://n", "spark.master", "local"), Map.of()))
        .isEqualTo(Map.of("fs.defaultFS", "hdfs://n"));
  }

  @Test
  void settingsOfS3AreFoundAmongSparksAndInTheEnvironmentWhichWins() {
    assertThat(
            SparkSettings.storage(
                Map.of(
                    "spark.bcn.s3.endpoint", "http://a",
                    "spark.bcn.client.region", "r",
                    "spark.bcn.repo", "x"),
                Map.of(
                    "BCN_S3_ENDPOINT", "http://b",
                    "BCN_S3_PATH_STYLE_ACCESS", "true",
                    "BCN_REPO", "y")))
        .isEqualTo(
            Map.of(
                "s3.endpoint", "http://b", "client.region", "r", "s3.path-style-access", "true"));
  }
}
