package io.bcn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageLocationTest {

  @ParameterizedTest
  @CsvSource({
    "/r/a, /r/a",
    "/r/a/, /r/a",
    "/r//a/./b/../c//, /r/a/c",
    "/r/a b, /r/a b",
    "/r/a%20b, /r/a%20b",
    "/r/x:y, /r/x:y",
    "file:/r/a/, /r/a",
    "file:///r/a%20b, /r/a%20b",
    "FILE:/r/a, /r/a",
    "hdfs://nn:8020/r/a/, hdfs://nn:8020/r/a",
    "HDFS://Name/r/a, hdfs://Name/r/a",
    "hdfs:/r/a, hdfs:///r/a",
    "hdfs:///r/a?b#c, hdfs:///r/a?b#c",
    "s3://bucket/r/a/, s3://bucket/r/a",
    "s3a://bucket/r, s3://bucket/r",
    "S3N://bucket//r/./a b, s3://bucket/r/a b",
    "s3://bucket, s3://bucket",
    "s3a://bucket/, s3://bucket",
  })
  void aLocationIsWrittenInOneWay(String text, String value) {
    assertThat(StorageLocation.parse(text)).hasToString(value);
    assertThat(StorageLocation.parse(value)).isEqualTo(StorageLocation.parse(text));
  }

  @Test
  void aRelativePathBecomesAbsolute() {
    String here = Path.of("").toAbsolutePath().toString();
    assertThat(StorageLocation.parse("repo/")).hasToString(here + "/repo");
    assertThat(StorageLocation.parse("./a:b")).hasToString(here + "/a:b");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', it is empty or holds a control character",
    "' ', ' ', it is empty or holds a control character",
    "/, /, it is the root of the file system",
    "/a/.., /a/.., it is the root of the file system",
    "hdfs://nn/, hdfs://nn/, it is the root of the file system",
    "hdfs:r/a, hdfs:r/a, 'there is no absolute path after ''hdfs:'''",
    "hdfs://nn, hdfs://nn, 'there is no absolute path after ''hdfs:'''",
    "file:r, file:r, 'there is no absolute path after ''file:'''",
    "file://host/r, file://host/r, '''host'' would be another host''s disk'",
    "s3://, s3://, 'there is no bucket after ''s3://'''",
    "s3:/a/b, s3:/a/b, 'there is no bucket after ''s3://'''",
    "hdfs://me:secret@nn/r, hdfs://…/r, 'it holds a user''s name or password'",
  })
  void aBadLocationIsNamedWithTheReason(String text, String shown, String reason) {
    assertThatThrownBy(() -> StorageLocation.parse(text))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot use location '%s': %s", shown, reason)
        .satisfies(
            failure -> {
              assertThat(((BcnException) failure).code()).isEqualTo(ErrorCode.USAGE);
              assertThat(((BcnException) failure).hint())
                  .isEqualTo(
                      "Give a folder as an absolute path, as hdfs://<name node>/<path>, or as s3://<bucket>/<path>.");
            });
  }

  @Test
  void aControlCharacterIsNotShown() {
    assertThatThrownBy(() -> StorageLocation.parse("/a\nb"))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot use location '/a?b': it is empty or holds a control character");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gs", "abfss", "viewfs", "webhdfs", "har", "nonsense"})
  void aStoreWithoutExclusiveCreatesIsRefused(String scheme) {
    StorageLocation location = StorageLocation.parse(scheme + "://somewhere/repo");
    assertThatThrownBy(() -> location.open(Map.of()))
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot open storage '%s': a repository on '%s:' is not supported", location, scheme)
        .extracting("code")
        .isEqualTo(ErrorCode.UNSUPPORTED);
  }

  @Test
  void anHdfsThatDoesNotAnswerIsUnavailable() {
    Storage storage =
        StorageLocation.parse("hdfs://127.0.0.1:1/repo")
            .open(Map.of("ipc.client.connect.max.retries", "0"));
    assertThatThrownBy(() -> storage.stat(ObjectKey.of("a")))
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith(
            "Cannot look up object 'hdfs://127.0.0.1:1/repo/a': the store does not answer (")
        .extracting("code")
        .isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
  }

  @Test
  void anUnknownHostIsUnavailable() {
    assertThatThrownBy(
            () -> StorageLocation.parse("hdfs://no-such-host.invalid:1/repo").open(Map.of()))
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot open storage 'hdfs://no-such-host.invalid:1/repo': the store does not answer (no-such-host.invalid)")
        .extracting("code")
        .isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
  }

  @Test
  void settingsAreNotShown() {
    Storage storage =
        StorageLocation.parse("hdfs://127.0.0.1:1/repo").open(Map.of("some.password", "secret"));
    assertThat(storage.toString()).doesNotContain("secret").contains("hdfs://127.0.0.1:1/repo");
  }
}
