package io.bcn.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.services.s3.S3Client;

/** A real MinIO, where a container daemon is there; says so where none is. */
final class MinioContainer {
  private static final String IMAGE = "minio/minio:RELEASE.2025-04-22T22-12-26Z";
  private static final int PORT = 9000;

  private MinioContainer() {}

  private static final class Shared {
    private static final Optional<String> ENDPOINT = start();
  }

  /** A bucket of its own on the container, which ends with this JVM. */
  static Optional<S3Place> place() {
    return Shared.ENDPOINT.map(MinioContainer::place);
  }

  private static S3Place place(String endpoint) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("s3.endpoint", endpoint);
    properties.put("s3.path-style-access", "true");
    properties.put("s3.access-key-id", S3Server.ACCESS_KEY);
    properties.put("s3.secret-access-key", S3Server.SECRET_KEY);
    properties.put("client.region", S3Server.REGION);
    S3Place place = new S3Place("MinIO", "bcn-" + System.nanoTime(), "bcn", properties);
    try (S3Client client = place.client()) {
      client.createBucket(create -> create.bucket(place.bucket()));
    }
    return place;
  }

  @SuppressWarnings("resource") // Testcontainers removes it when this JVM ends.
  private static Optional<String> start() {
    // Testcontainers itself would look for a daemon in seconds, and write errors.
    boolean daemon =
        System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
    if (!daemon || !DockerClientFactory.instance().isDockerAvailable()) {
      System.out.println("S3: no container daemon: the tests on a real MinIO are skipped.");
      return Optional.empty();
    }
    GenericContainer<?> minio =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withEnv("MINIO_ROOT_USER", S3Server.ACCESS_KEY)
            .withEnv("MINIO_ROOT_PASSWORD", S3Server.SECRET_KEY)
            .withCommand("server", "/data")
            .withExposedPorts(PORT);
    minio.start();
    return Optional.of("http://%s:%d".formatted(minio.getHost(), minio.getMappedPort(PORT)));
  }
}
