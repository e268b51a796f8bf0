package io.bcn.table;

import io.bcn.storage.S3Address;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.ResolvingFileIO;
import org.apache.iceberg.io.StorageCredential;
import org.apache.iceberg.io.SupportsStorageCredentials;

/**
 * Which object of an S3 store a FileIO has at a location; none where that can't be told for
 * certain, for a wrong one would be backed up, or placed, in silence.
 */
final class ObjectOfFile {
  /** By name: its class needs the AWS SDK to load. */
  private static final String S3_FILE_IO = "org.apache.iceberg.aws.s3.S3FileIO";

  private static final String S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem";
  private static final String ENDPOINT = "s3.endpoint";
  private static final String ICEBERGS = "org.apache.iceberg.aws.";

  /** What S3FileIO adds to the bytes: encryption, rights, tags, a class of storage. */
  private static final List<String> ADDS = List.of("s3.sse.", "s3.acl", "s3.write.");

  private static final Set<String> NOTHING = Set.of("", "none", "false");

  /** What S3A adds, for all buckets or for one. */
  private static final List<String> HADOOP_ADDS =
      List.of(
          "encryption.algorithm",
          "server-side-encryption-algorithm",
          "acl.default",
          "create.storage.class",
          "object.content.encoding");

  private ObjectOfFile() {}

  static Optional<S3Address> of(FileIO io, String location) {
    if (io instanceof HadoopFileIO hadoop) {
      return ofHadoop(hadoop.conf(), location);
    }
    if (io instanceof ResolvingFileIO || io.getClass().getName().equals(S3_FILE_IO)) {
      return ofS3FileIo(io, location);
    }
    return Optional.empty();
  }

  /**
   * The object that it would make there, where it adds nothing to the bytes: what it encrypts, or
   * gives tags or rights of its own, no store copies in its place.
   */
  static Optional<S3Address> plain(FileIO io, String location) {
    return of(io, location).filter(object -> !addsToBytes(io, object));
  }

  private static boolean addsToBytes(FileIO io, S3Address object) {
    if (io instanceof HadoopFileIO hadoop) {
      return HADOOP_ADDS.stream()
          .flatMap(
              key -> Stream.of("fs.s3a." + key, "fs.s3a.bucket." + object.bucket() + "." + key))
          .anyMatch(key -> !hadoop.conf().get(key, "").isEmpty());
    }
    return settings(io)
        .flatMap(settings -> settings.entrySet().stream())
        .filter(setting -> ADDS.stream().anyMatch(setting.getKey()::startsWith))
        .anyMatch(setting -> !NOTHING.contains(setting.getValue()));
  }

  private static Stream<Map<String, String>> settings(FileIO io) {
    Stream<Map<String, String>> vended =
        io instanceof SupportsStorageCredentials vending
            ? vending.credentials().stream().map(StorageCredential::config)
            : Stream.empty();
    return Stream.concat(Stream.of(io.properties()), vended);
  }

  private static Optional<S3Address> ofS3FileIo(FileIO io, String location) {
    Map<String, String> properties = io.properties();
    boolean elsewhere =
        properties.keySet().stream().anyMatch(key -> key.startsWith("s3.access-points."))
            || Stream.of("client.factory", "s3.client-factory-impl")
                .map(key -> properties.getOrDefault(key, ICEBERGS))
                .anyMatch(factory -> !factory.startsWith(ICEBERGS));
    if (elsewhere || vendsAnotherEndpoint(io)) {
      return Optional.empty();
    }
    return S3Address.of(properties.getOrDefault(ENDPOINT, ""), location);
  }

  private static boolean vendsAnotherEndpoint(FileIO io) {
    String own = io.properties().getOrDefault(ENDPOINT, "");
    return settings(io).anyMatch(settings -> !settings.getOrDefault(ENDPOINT, own).equals(own));
  }

  /** Through S3A alone: EMRFS and others may decrypt what they read. */
  private static Optional<S3Address> ofHadoop(Configuration conf, String location) {
    String scheme = location.split(":", 2)[0];
    if (!scheme.equals("s3a") && !S3A.equals(conf.get("fs." + scheme + ".impl"))) {
      return Optional.empty();
    }
    String endpoint = conf.get("fs.s3a.endpoint", "");
    return S3Address.of(endpoint, location)
        .map(object -> "fs.s3a.bucket." + object.bucket())
        .filter(bucket -> conf.get(bucket + ".accesspoint.arn") == null)
        .flatMap(bucket -> S3Address.of(conf.get(bucket + ".endpoint", endpoint), location));
  }
}
