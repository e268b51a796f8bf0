package io.bcn.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An S3 store on a free port of the loopback interface, in this JVM, with its objects in a folder:
 * real authentication, checksums, conditional writes and uploads in parts. Stands for MinIO: an
 * endpoint of its own, and the bucket in the path.
 */
public final class S3Server implements AutoCloseable {
  public static final String ACCESS_KEY = "bcn-test-access";
  public static final String SECRET_KEY = "bcn-test-never-shown";
  public static final String REGION = "us-east-1";

  /** For {@code @EnabledIf}, and the reason beside it. */
  public static final String CAN_RUN = "io.bcn.it.S3Server#canRun";

  public static final String WHY_NOT = "Spark 3.5 has a Guava that is too old for S3Proxy";

  private final S3Proxy proxy;
  private final S3Client client;

  private S3Server(S3Proxy proxy) {
    this.proxy = proxy;
    this.client = client(URI.create("http://127.0.0.1:" + proxy.getPort()));
  }

  /** Whether the class path has what S3Proxy needs; says so where it has not. */
  public static boolean canRun() {
    try {
      Class<?> guava = Class.forName("com.google.common.base.Preconditions");
      return guava.getMethod("checkArgument", boolean.class, String.class, Object.class) != null;
    } catch (ReflectiveOperationException e) {
      System.out.println("S3: skipped: " + WHY_NOT + ".");
      return false;
    }
  }

  private static final class Shared {
    private static final S3Server SERVER = start();
  }

  /** The one server of this JVM, which never ends: each test takes a bucket of its own. */
  public static S3Server shared() {
    return Shared.SERVER;
  }

  /** A server of one's own, to be closed. */
  public static S3Server start() {
    try {
      // Not in the system's temporary folder: nobody would remove it.
      Path servers = Files.createDirectories(Path.of("target", "servers"));
      Path folder = Files.createTempDirectory(servers.toAbsolutePath(), "s3-");
      S3Proxy proxy =
          S3Proxy.builder()
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
              .ignoreUnknownHeaders(true)
              .blobStore(new FilesystemNio2BlobStore(folder.toString()))
              .build();
      proxy.start();
      return new S3Server(proxy);
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server of the tests does not start", e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  /** A client with all rights, to look from below; never closed. */
  public S3Client client() {
    return client;
  }

  private static S3Client client(URI endpoint) {
    SdkHttpClient http = Apache5HttpClient.builder().maxConnections(32).build();
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.of(REGION))
        .httpClient(http)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
        .build();
  }

  /** A new bucket; its name. */
  public String newBucket() {
    String bucket = "bcn-" + UUID.randomUUID();
    client.createBucket(create -> create.bucket(bucket));
    return bucket;
  }

  /** Properties of Iceberg's S3FileIO, and with {@code spark.bcn.} before them BCN's settings. */
  public Map<String, String> icebergProperties() {
    return icebergProperties(endpoint());
  }

  /** The same through a proxy in front of this server. */
  public static Map<String, String> icebergProperties(URI endpoint) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("s3.endpoint", endpoint.toString());
    properties.put("s3.path-style-access", "true");
    properties.put("s3.access-key-id", ACCESS_KEY);
    properties.put("s3.secret-access-key", SECRET_KEY);
    properties.put("client.region", REGION);
    return properties;
  }

  @Override
  public void close() throws IOException {
    client.close();
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IOException("the S3 server of the tests does not stop", e);
    }
  }
}
