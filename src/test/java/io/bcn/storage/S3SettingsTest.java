package io.bcn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3SettingsTest {

  @Test
  void whatIsNotOfS3IsDroppedAndNothingIsShown() {
    Map<String, String> given =
        Map.of(
            "s3.access-key-id", "id",
            "s3.secret-access-key", "never-shown",
            "s3.endpoint", "http://127.0.0.1:1",
            "fs.s3a.secret.key", "x");
    S3Settings settings = new S3Settings(given);
    assertThat(settings.values()).hasSize(3);
    assertThat(settings)
        .hasToString("S3 settings [s3.access-key-id, s3.endpoint, s3.secret-access-key]");
    Storage storage = StorageLocation.parse("s3://bucket/repo").open(given);
    assertThat(storage.toString()).doesNotContain("never-shown").contains("s3://bucket/repo");
    assertThat(storage.root()).isEqualTo("s3://bucket/repo");
  }

  @ParameterizedTest
  @CsvSource({
    "s3.access-key-id, a, 'it needs ''s3.secret-access-key'', and the other way round'",
    "s3.session-token, a, it needs 's3.access-key-id'",
    "s3.sse.type, aes, 'it is none of none, s3, kms, dsse-kms'",
    "s3.endpoint, minio:9000, 'it is no address like https://host:9000'",
    "s3.endpoint, 'http://a b', 'it is no address like https://host:9000'",
    "s3.multipart.part-size-bytes, 1000, a part has at least 5242880 bytes",
    "s3.multipart.part-size-bytes, 8m, '''8m'' is no number'",
  })
  void whatHasNoSenseIsAUsageError(String key, String value, String reason) {
    assertThatThrownBy(() -> StorageLocation.parse("s3://bucket/repo").open(Map.of(key, value)))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot use setting 'spark.bcn.%s': %s", key, reason)
        .extracting("code")
        .isEqualTo(ErrorCode.USAGE);
  }
}
