package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.storage.S3Address;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.ResolvingFileIO;
import org.apache.iceberg.io.StorageCredential;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which FileIO says where its objects are. */
class ObjectOfFileTest {
  private static final String MINIO = "http://minio:9000";
  private static final String AT_MINIO = "minio:9000";

  private static S3FileIO s3FileIo() {
    S3FileIO io = new S3FileIO();
    io.initialize(Map.of("s3.endpoint", MINIO));
    return io;
  }

  /** Which makes its S3FileIO at the first use. */
  private static FileIO resolving(String key, String value) {
    ResolvingFileIO io = new ResolvingFileIO();
    io.initialize(Map.of("s3.endpoint", MINIO, key, value));
    return io;
  }

  private static HadoopFileIO hadoop(String... settings) {
    Configuration conf = new Configuration(false);
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return new HadoopFileIO(conf);
  }

  private static void assertAt(String store, FileIO io, String location) {
    assertThat(ObjectOfFile.of(io, location)).map(S3Address::store).hasValue(store);
  }

  @Test
  void icebergsOwnFileIosHaveTheEndpointInTheirProperties() {
    FileIO resolving =
        resolving("client.factory", "org.apache.iceberg.aws.AssumeRoleAwsClientFactory");

    assertAt(AT_MINIO, s3FileIo(), "s3://lake/a");
    assertAt(AT_MINIO, resolving, "s3a://lake/a");
    assertThat(ObjectOfFile.of(resolving, "hdfs://lake/a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "s3.access-points.lake, arn:aws:s3::1:accesspoint/x",
    "client.factory, com.example.Clients",
    "s3.client-factory-impl, com.example.Clients",
  })
  void aFileIoThatMayLookElsewhereSaysNothing(String key, String value) {
    assertThat(ObjectOfFile.of(resolving(key, value), "s3://lake/a")).isEmpty();
  }

  @Test
  void credentialsThatNameAnotherEndpointSayNothing() {
    S3FileIO io = s3FileIo();
    io.setCredentials(List.of(StorageCredential.create("s3", Map.of("s3.endpoint", "http://x"))));
    assertThat(ObjectOfFile.of(io, "s3://lake/a")).isEmpty();
    io.setCredentials(List.of(StorageCredential.create("s3", Map.of("s3.endpoint", MINIO))));
    assertAt(AT_MINIO, io, "s3://lake/a");
  }

  @Test
  void hadoopsS3aHasItInItsConfigurationForAllBucketsOrOne() {
    HadoopFileIO io =
        hadoop(
            "fs.s3a.endpoint", MINIO,
            "fs.s3a.bucket.own.endpoint", "ceph:80",
            "fs.s3a.bucket.point.accesspoint.arn", "arn:aws:s3::1:accesspoint/x");

    assertAt(AT_MINIO, io, "s3a://lake/a");
    assertAt("ceph:80", io, "s3a://own/a");
    assertThat(ObjectOfFile.of(io, "s3a://point/a")).isEmpty();
    assertThat(ObjectOfFile.of(io, "s3a://lake")).isEmpty();
    assertThat(ObjectOfFile.of(io, "/lake/a")).isEmpty();
  }

  @Test
  void anotherFileSystemOfHadoopsMayDecryptWhatItReads() {
    assertThat(ObjectOfFile.of(hadoop(), "s3://lake/a")).isEmpty();
    assertAt("aws", hadoop("fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem"), "s3://lake/a");
  }

  @Test
  void whatIsWrittenWithMoreThanItsBytesNoStoreCopies() {
    assertThat(ObjectOfFile.plain(s3FileIo(), "s3://lake/a")).isPresent();
    assertThat(ObjectOfFile.plain(hadoop("fs.s3a.endpoint", MINIO), "s3a://lake/a")).isPresent();
    S3FileIO vended = s3FileIo();
    vended.setCredentials(
        List.of(StorageCredential.create("s3", Map.of("s3.write.storage-class", "STANDARD_IA"))));
    assertThat(ObjectOfFile.of(vended, "s3://lake/a")).isPresent();
    assertThat(ObjectOfFile.plain(vended, "s3://lake/a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "s3.sse.type, kms, false",
    "s3.sse.type, none, true",
    "s3.acl, bucket-owner-full-control, false",
    "s3.write.tags.team, ann, false",
    "s3.write.table-tag-enabled, true, false",
    "s3.write.table-tag-enabled, false, true",
    "s3.checksum-enabled, true, true",
  })
  void icebergsSettingsThatAddToAFileAreKnown(String key, String value, boolean plain) {
    assertThat(ObjectOfFile.plain(resolving(key, value), "s3://lake/a").isPresent())
        .isEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource({
    "fs.s3a.encryption.algorithm, SSE-KMS, false",
    "fs.s3a.bucket.lake.encryption.algorithm, CSE-KMS, false",
    "fs.s3a.bucket.other.encryption.algorithm, SSE-KMS, true",
    "fs.s3a.server-side-encryption-algorithm, AES256, false",
    "fs.s3a.acl.default, BucketOwnerFullControl, false",
    "fs.s3a.create.storage.class, intelligent_tiering, false",
    "fs.s3a.encryption.algorithm, '', true",
  })
  void hadoopsSettingsThatAddToAFileAreKnown(String key, String value, boolean plain) {
    assertThat(ObjectOfFile.plain(hadoop(key, value), "s3a://lake/a").isPresent()).isEqualTo(plain);
  }

  @Test
  void othersSayNothing() {
    assertThat(ObjectOfFile.of(new InMemoryFileIO(), "s3://lake/a")).isEmpty();
  }
}
