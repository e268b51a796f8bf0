package io.bcn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which object a location is, and in which store. */
class S3AddressTest {

  @ParameterizedTest
  @CsvSource({
    "s3://lake/db/t/data/a.parquet, lake, db/t/data/a.parquet",
    "S3A://lake/a b%2F+ü, lake, a b%2F+ü",
    "s3n://l.a-k_e/a, l.a-k_e, a",
  })
  void aPlainLocationIsAnObject(String location, String bucket, String name) {
    S3Address object = S3Address.of("", location).orElseThrow();
    assertThat(object.bucket()).isEqualTo(bucket);
    assertThat(object.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/lake/a",
        "hdfs://nn/lake/a",
        "s3://lake",
        "s3://lake/",
        "s3://lake/a//b",
        "s3://lake/a/../b",
        "s3://lake/./b",
        "s3://lake/a?b",
        "s3://lake/a#b",
        "s3://arn:aws:s3:eu-west-1:1:accesspoint/x/a",
      })
  void whatProgramsSpellOutDifferentlyIsNone(String location) {
    assertThat(S3Address.of("", location)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "'', https://s3.eu-west-1.amazonaws.com",
    "s3.eu-west-1.amazonaws.com, ''",
    "http://minio:9000, http://minio:9000/",
    "minio:9000, http://MINIO:9000",
    "https://minio, https://minio:443",
    "http://minio, http://minio:80",
    "https://gateway/one, https://gateway/one",
  })
  void twoSpellingsOfOneStoreAreOne(String table, String repository) {
    assertThat(isAt(table, repository)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'', http://minio:9000",
    "http://minio:9000, ''",
    "http://minio:9000, http://minio:9001",
    "https://gateway/one, https://gateway/two",
    "'', https://amazonaws.com.example.org",
    "not a host, ''",
  })
  void anotherStoreIsAnother(String table, String repository) {
    assertThat(isAt(table, repository)).isFalse();
  }

  private static boolean isAt(String table, String repository) {
    Optional<URI> endpoint =
        Optional.of(repository).filter(given -> !given.isEmpty()).map(URI::create);
    return S3Address.of(table, "s3://lake/a").filter(object -> object.isAt(endpoint)).isPresent();
  }
}
