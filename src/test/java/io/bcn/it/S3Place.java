package io.bcn.it;

import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A folder of a bucket that a test may fill: on the server in this JVM, on MinIO in a container, or
 * on AWS.
 *
 * @param name for people
 * @param properties of Iceberg's S3FileIO
 */
record S3Place(String name, String bucket, String folder, Map<String, String> properties) {

  /** Stands for MinIO: an endpoint of its own, the bucket in the path. */
  static S3Place ofServer() {
    return ofServer(S3Server.shared().endpoint());
  }

  static S3Place ofServer(URI endpoint) {
    return new S3Place(
        "S3Proxy", S3Server.shared().newBucket(), "bcn", S3Server.icebergProperties(endpoint));
  }

  /** The S3 of the account that Glue is of. */
  static S3Place ofMoto() {
    S3Place place =
        new S3Place(
            "moto",
            "bcn-" + UUID.randomUUID(),
            "bcn",
            S3Server.icebergProperties(URI.create(MotoServer.shared().endpoint())));
    try (S3Client client = place.client()) {
      client.createBucket(create -> create.bucket(place.bucket()));
    }
    return place;
  }

  /**
   * The bucket {@code BCN_TEST_S3_BUCKET} with the credentials and the region of the environment;
   * where there is none, the server in this JVM.
   */
  static S3Place ofAws() {
    Optional<String> bucket = Optional.ofNullable(System.getenv("BCN_TEST_S3_BUCKET"));
    if (bucket.isEmpty()) {
      System.out.println("S3: no BCN_TEST_S3_BUCKET: S3Proxy stands for AWS.");
    }
    return bucket
        .map(real -> new S3Place("AWS", real, "bcn-test/" + UUID.randomUUID(), Map.of()))
        .orElseGet(S3Place::ofServer);
  }

  @Override
  public String toString() {
    return name;
  }

  /** A location below the folder. */
  String location(String scheme, String below) {
    return "%s://%s/%s/%s".formatted(scheme, bucket, folder, below);
  }

  Storage storage(String scheme, String below) {
    return StorageLocation.parse(location(scheme, below)).open(properties);
  }

  /** A JDBC catalog whose tables lie below here, read and written by S3FileIO. */
  Lake lake(Path local, String below) {
    Map<String, String> io = new TreeMap<>(properties);
    io.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
    return Lake.jdbc(local, location("s3", below), io);
  }

  /** The same through Hadoop's S3A, at {@code s3a:} locations. */
  Lake hadoopLake(Path local, String below) {
    Lake lake =
        Lake.jdbc(
            local,
            location("s3a", below),
            Map.of("io-impl", "org.apache.iceberg.hadoop.HadoopFileIO"));
    configureS3a(lake);
    return lake;
  }

  /** Hadoop's settings of S3A; below a catalog's name with {@code hadoop.} before them. */
  private Map<String, String> s3a() {
    return Map.of(
        "fs.s3a.endpoint",
        properties.get("s3.endpoint"),
        "fs.s3a.path.style.access",
        "true",
        "fs.s3a.access.key",
        S3Server.ACCESS_KEY,
        "fs.s3a.secret.key",
        S3Server.SECRET_KEY,
        "fs.s3a.endpoint.region",
        S3Server.REGION);
  }

  private void configureS3a(Lake lake) {
    s3a().forEach((key, value) -> lake.configure("hadoop." + key, value));
  }

  /** A catalog of the kind, with its tables below here. */
  Lake lake(CatalogKind kind, Path local, String below) {
    if (kind == CatalogKind.HADOOP) {
      Lake lake = Lake.hadoop(local);
      lake.configure("warehouse", location("s3a", below));
      configureS3a(lake);
      return lake;
    }
    String warehouse = location("s3", below);
    Map<String, String> ofFiles = new TreeMap<>(properties);
    ofFiles.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
    Lake lake =
        switch (kind) {
          // These servers write there themselves: folders, and metadata.
          case HIVE -> Lake.hive(local, warehouse, s3a());
          case REST -> Lake.rest(local, with(ofFiles, "warehouse", warehouse));
          default -> {
            Lake other = kind.lake(local);
            other.configure("warehouse", warehouse);
            yield other;
          }
        };
    if (kind == CatalogKind.GLUE) {
      // The region is the catalog's too, and tells its tables from those of other tests.
      ofFiles.remove("client.region");
    }
    ofFiles.forEach(lake::configure);
    return lake;
  }

  private static Map<String, String> with(
      Map<String, String> properties, String key, String value) {
    Map<String, String> more = new TreeMap<>(properties);
    more.put(key, value);
    return more;
  }

  S3Client client() {
    if (!properties.containsKey("s3.endpoint")) {
      return S3Client.create();
    }
    return S3Client.builder()
        .endpointOverride(URI.create(properties.get("s3.endpoint")))
        .forcePathStyle(true)
        .region(Region.of(S3Server.REGION))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    properties.get("s3.access-key-id"), properties.get("s3.secret-access-key"))))
        .build();
  }

  /** The texts of all metadata files below. */
  List<String> metadata(String below) {
    try (S3Client client = client()) {
      return client
          .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(folder + "/" + below + "/"))
          .contents()
          .stream()
          .map(S3Object::key)
          .filter(key -> key.endsWith(".metadata.json"))
          .map(key -> client.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asUtf8String())
          .toList();
    }
  }

  /** Removes all objects below, so that nobody can lean on them. */
  void vanish(String below) {
    try (S3Client client = client()) {
      client
          .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(folder + "/" + below + "/"))
          .contents()
          .stream()
          .map(S3Object::key)
          .toList()
          .forEach(key -> client.deleteObject(delete -> delete.bucket(bucket).key(key)));
    }
  }
}
