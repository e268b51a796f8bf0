package io.bcn.table;

import io.bcn.storage.S3Source;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.ResolvingFileIO;
import org.apache.iceberg.io.SupportsStorageCredentials;

/**
 * Which object of an S3 store a FileIO reads at a location; none where that can't be told for
 * certain, for a wrong one would be backed up in silence.
 */
final class ObjectOfFile {
  /** By name: its class needs the AWS SDK to load. */
  private static final String S3_FILE_IO = "org.apache.iceberg.aws.s3.S3FileIO";

  private static final String S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem";
  private static final String ENDPOINT = "s3.endpoint";
  private static final String ICEBERGS = "org.apache.iceberg.aws.";

  private ObjectOfFile() {}

  static Optional<S3Source> of(FileIO io, String location) {
    if (io instanceof HadoopFileIO hadoop) {
      return ofHadoop(hadoop.conf(), location);
    }
    if (io instanceof ResolvingFileIO || io.getClass().getName().equals(S3_FILE_IO)) {
      return ofS3FileIo(io, location);
    }
    return Optional.empty();
  }

  private static Optional<S3Source> ofS3FileIo(FileIO io, String location) {
    Map<String, String> properties = io.properties();
    boolean elsewhere =
        properties.keySet().stream().anyMatch(key -> key.startsWith("s3.access-points."))
            || Stream.of("client.factory", "s3.client-factory-impl")
                .map(key -> properties.getOrDefault(key, ICEBERGS))
                .anyMatch(factory -> !factory.startsWith(ICEBERGS));
    if (elsewhere || vendsAnotherEndpoint(io)) {
      return Optional.empty();
    }
    return S3Source.of(properties.getOrDefault(ENDPOINT, ""), location);
  }

  private static boolean vendsAnotherEndpoint(FileIO io) {
    String own = io.properties().getOrDefault(ENDPOINT, "");
    return io instanceof SupportsStorageCredentials vended
        && vended.credentials().stream()
            .anyMatch(credential -> !credential.config().getOrDefault(ENDPOINT, own).equals(own));
  }

  /** Through S3A alone: EMRFS and others may decrypt what they read. */
  private static Optional<S3Source> ofHadoop(Configuration conf, String location) {
    String scheme = location.split(":", 2)[0];
    if (!scheme.equals("s3a") && !S3A.equals(conf.get("fs." + scheme + ".impl"))) {
      return Optional.empty();
    }
    String endpoint = conf.get("fs.s3a.endpoint", "");
    return S3Source.of(endpoint, location)
        .map(object -> "fs.s3a.bucket." + object.bucket())
        .filter(bucket -> conf.get(bucket + ".accesspoint.arn") == null)
        .flatMap(bucket -> S3Source.of(conf.get(bucket + ".endpoint", endpoint), location));
  }
}
